"""The one front door: who may call, where a call goes, what is described."""

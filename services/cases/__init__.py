"""The register: organisation, cases, classification, studies."""

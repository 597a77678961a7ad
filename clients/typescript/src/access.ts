// Who calls: a program by its id and secret, or somebody by a token; goes no further without a login.

import type { Middleware } from "openapi-fetch";

/** A program that logs in with its own id and secret; keep the secret on a server, never in a page. */
export interface Program {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Somebody with a token: of the own OpenID provider, or out of a respondent's link. */
export interface Bearer {
  readonly token: string | (() => string | Promise<string>);
}

export type Caller = Program | Bearer;

/** The gateway gave no token; `code` says why, as RFC 6749 names it. */
export class LoginRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`${status} ${code}`);
    this.name = "LoginRefused";
  }
}

/** A token is asked for anew so long before it ends, as a call may take some. */
const BEFORE_THE_END = 60_000;

/** Send each call with the caller's token. */
export function authorised(baseUrl: string, caller: Caller): Middleware {
  const token = "clientId" in caller ? tokensOf(baseUrl, caller) : given(caller);
  return {
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await token()}`);
      return request;
    },
  };
}

function given({ token }: Bearer): () => string | Promise<string> {
  return typeof token === "string" ? () => token : token;
}

function tokensOf(baseUrl: string, program: Program): () => Promise<string> {
  let kept: Promise<{ token: string; until: number }> | undefined;
  return async () => {
    kept ??= logIn(baseUrl, program);
    try {
      if ((await kept).until <= Date.now()) {
        kept = logIn(baseUrl, program);
      }
      return (await kept).token;
    } catch (refusal) {
      kept = undefined;
      throw refusal;
    }
  };
}

async function logIn(baseUrl: string, program: Program): Promise<{ token: string; until: number }> {
  const answer = await fetch(`${baseUrl.replace(/\/$/, "")}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: program.clientId,
      client_secret: program.clientSecret,
    }),
  });
  const told = (await answer.json()) as Partial<Record<"access_token" | "error" | "code", string>> & {
    readonly expires_in?: number;
  };
  if (!answer.ok || told.access_token === undefined || told.expires_in === undefined) {
    throw new LoginRefused(answer.status, told.error ?? told.code ?? "");
  }
  return { token: told.access_token, until: Date.now() + told.expires_in * 1000 - BEFORE_THE_END };
}

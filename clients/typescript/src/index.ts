// The client of Samspil's API: calls are typed by their paths, and sent with the caller's token.

import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import { authorised, type Caller } from "./access.js";
import type { paths } from "./schema.js";

export { LoginRefused, type Bearer, type Caller, type Program } from "./access.js";
export { contentOf, every, isProblem, NoContent, ProblemError, type Answered, type PageOf } from "./answers.js";
export type * from "./schema.js";

export type Samspil = Client<paths>;

/** Make a client for an installation: its address, who calls, and what else openapi-fetch takes. */
export function samspil(baseUrl: string, caller: Caller, options: Omit<ClientOptions, "baseUrl"> = {}): Samspil {
  const client = createClient<paths>({ ...options, baseUrl });
  client.use(authorised(baseUrl, caller));
  return client;
}

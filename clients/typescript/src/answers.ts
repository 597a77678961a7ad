// What was answered: the content that was hoped for, or the problem as an error; lists page by page.

import type { components } from "./schema.js";

export type Problem = components["schemas"]["Problem"];

/** A call was refused; `problem` says why, `problem.code` for programs. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail} (${problem.traceId})`);
    this.name = "ProblemError";
  }
}

/** There is no content of the kind that was described; `status` is, such as 304. */
export class NoContent extends Error {
  constructor(readonly status: number) {
    super(String(status));
    this.name = "NoContent";
  }
}

/** What openapi-fetch answers with. */
export interface Answered<Content> {
  readonly data?: Content;
  readonly error?: unknown;
  readonly response: Response;
}

/** Tell whether something is a problem document. */
export function isProblem(found: unknown): found is Problem {
  return typeof found === "object" && found !== null && "code" in found && "traceId" in found;
}

/** Return what was answered; throw what was refused, and where there is nothing, as with 304. */
export function contentOf<Content>(answer: Answered<Content>): NonNullable<Content> {
  if (isProblem(answer.error)) {
    throw new ProblemError(answer.error);
  }
  if (answer.data === undefined || answer.data === null) {
    throw new NoContent(answer.response.status);
  }
  return answer.data;
}

/** A page of a list, and where the next one begins. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Yield each thing of a list, reading its pages one after the other. */
export async function* every<Item>(
  read: (cursor: { cursor?: string }) => Promise<PageOf<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let page = await read({});
  yield* page.items;
  while (page.nextCursor !== null) {
    page = await read({ cursor: page.nextCursor });
    yield* page.items;
  }
}

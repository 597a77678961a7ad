// A walk through what a client does: registers, reads, changes, lists, answers and reads scores; prints what
// was answered as JSON. Where and who comes from the environment.

import { contentOf, every, NoContent, ProblemError, samspil, type Answered, type Problem } from "../src/index.js";

const url = given("SAMSPIL_URL");
const program = samspil(url, {
  clientId: given("SAMSPIL_CLIENT_ID"),
  clientSecret: given("SAMSPIL_CLIENT_SECRET"),
});
const respondent = samspil(url, { token: given("SAMSPIL_RESPONDENT_TOKEN") });

const areaId = crypto.randomUUID();
const area = { params: { path: { areaId } } };

console.log(
  JSON.stringify({
    area: await registerArea(),
    changed: await changeArea(),
    units: await listUnits(3),
    case: await registerCase(),
    refused: await refusals(),
    answered: await answer(),
    scores: await readScores(given("SAMSPIL_CASE_ID")),
  }),
);

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set`);
  }
  return value;
}

function tagOf({ response }: Answered<unknown>): string {
  return response.headers.get("ETag") ?? "";
}

async function refusal(called: Promise<Answered<unknown>>): Promise<Problem> {
  try {
    contentOf(await called);
  } catch (refused) {
    if (refused instanceof ProblemError) {
      return refused.problem;
    }
    throw refused;
  }
  throw new Error("that was to be refused");
}

/** Create an area, read it, and read it again knowing its tag. */
async function registerArea() {
  const made = await program.PUT("/v1/areas/{areaId}", {
    params: { ...area.params, header: { "if-none-match": "*" } },
    body: { name: "Børn og Unge", municipalityCode: "0766" },
  });
  const read = await program.GET("/v1/areas/{areaId}", area);
  const known = await program.GET("/v1/areas/{areaId}", {
    params: { ...area.params, header: { "if-none-match": tagOf(read) } },
  });
  return {
    created: made.response.status,
    name: contentOf(read).name,
    version: contentOf(read).version,
    sameTag: tagOf(made) === tagOf(read) && tagOf(read) !== "",
    known: known.response.status,
  };
}

/** Change the area by the tag of what was read; whoever builds upon the state before that is told so. */
async function changeArea() {
  const tag = tagOf(await program.GET("/v1/areas/{areaId}", area));
  const change = (name: string) =>
    program.PUT("/v1/areas/{areaId}", {
      params: { ...area.params, header: { "if-match": tag } },
      body: { name, municipalityCode: "0766" },
    });
  const { name, validTo = null } = contentOf(await change("Familie"));
  return { name, validTo, stale: (await refusal(change("Familier"))).code };
}

/** Register units and find them again in the list, read two by two. */
async function listUnits(count: number) {
  const made = new Set<string>();
  for (let number = 1; number <= count; number += 1) {
    const unitId = crypto.randomUUID();
    contentOf(
      await program.PUT("/v1/units/{unitId}", {
        params: { path: { unitId }, header: { "if-none-match": "*" } },
        body: { name: `Enhed ${number}`, areaId, municipalityCode: "0766", laws: ["Barnets lov"] },
      }),
    );
    made.add(unitId);
  }
  let pages = 0;
  const found = every(async (cursor) => {
    pages += 1;
    return contentOf(await program.GET("/v1/units", { params: { query: { pageSize: 2, ...cursor } } }));
  });
  let own = 0;
  for await (const unit of found) {
    own += made.has(unit.id) ? 1 : 0;
  }
  return { own, severalPages: pages > 1 };
}

/** Register a case twice under one key, which makes one case. */
async function registerCase() {
  const register = (key: string, respondentLabel: string) =>
    program.POST("/v1/cases", {
      params: { header: { "Idempotency-Key": key } },
      body: { respondentLabel, municipalityCode: "0766", targetGroup: "youth" },
    });
  const key = crypto.randomUUID();
  const [first, again] = [await register(key, "Forløb 27"), await register(key, "Forløb 27")];
  const { id, level, targetGroup, closedAt } = contentOf(first);
  return {
    created: [first.response.status, again.response.status],
    same: contentOf(again).id === id,
    level,
    targetGroup,
    closedAt,
    otherwise: (await refusal(register(key, "Forløb 28"))).code,
  };
}

/** What is not there, what can't be, and what is nothing. */
async function refusals() {
  const nowhere = { params: { path: { unitId: crypto.randomUUID() } } };
  const put = (name: string, areaId: string) =>
    program.PUT("/v1/units/{unitId}", {
      params: { ...nowhere.params, header: { "if-none-match": "*" } },
      body: { name, areaId, municipalityCode: "0766" },
    });
  const broken = await refusal(put("Enhed", crypto.randomUUID()));
  const malformed = await refusal(put("", areaId));
  return {
    notFound: (await refusal(program.GET("/v1/units/{unitId}", nowhere))).code,
    broken: [broken.status, broken.code],
    malformed: [malformed.status, malformed.errors?.[0]?.pointer ?? null],
  };
}

/** Fill a questionnaire in and submit it twice under one key, which counts once. */
async function answer() {
  const form = contentOf(await respondent.GET("/v1/response")).forms.find(({ subjects }) => subjects.length > 0);
  if (form === undefined) {
    throw new Error("there is nothing to answer");
  }
  const answers = form.statements.map(({ id }, place) => ({
    itemId: id,
    value: place === 0 ? ("dont-know" as const) : 4,
  }));
  const ratings = form.subjects.map(({ id }) => ({ subjectId: id, answers }));
  const key = crypto.randomUUID();
  const submit = () =>
    respondent.POST("/v1/response", {
      params: { header: { "Idempotency-Key": key } },
      body: { formId: form.id, ratings },
    });
  const [first, again] = [contentOf(await submit()), contentOf(await submit())];
  return { version: first.version, same: again.submittedAt === first.submittedAt };
}

/** Read a case's scores, and again knowing their tag. */
async function readScores(caseId: string) {
  const place = { path: { caseId }, query: { wave: "baseline" } };
  const read = await program.GET("/v1/cases/{caseId}/scores", { params: place });
  const known = await program.GET("/v1/cases/{caseId}/scores", {
    params: { ...place, header: { "if-none-match": tagOf(read) } },
  });
  let status = known.response.status;
  try {
    contentOf(known);
  } catch (nothing) {
    status = nothing instanceof NoContent ? nothing.status : 0;
  }
  const { status: availability, result } = contentOf(read);
  return { availability, dimensions: result?.dimensions.length ?? 0, known: status };
}

// What a compiler must refuse: each line below would be a mistake, and it is one if any of them compiles.

import { contentOf, samspil } from "../src/index.js";

/** Never called: it is there to be compiled. */
export async function misuse(): Promise<void> {
  const client = samspil("http://localhost", { token: "" });
  const path = { unitId: "0199c0de-0000-7000-8000-02aa1b58132d" };
  const header = { "if-none-match": "*" };

  // @ts-expect-error There is no such path.
  await client.GET("/v1/unit/{unitId}", { params: { path } });

  // @ts-expect-error The path names an id.
  await client.GET("/v1/units/{unitId}");

  // @ts-expect-error A unit has an area.
  await client.PUT("/v1/units/{unitId}", { params: { path, header }, body: { name: "", municipalityCode: "0766" } });

  // @ts-expect-error No such parameter is known.
  await client.GET("/v1/units", { params: { query: { size: 2 } } });

  // @ts-expect-error What makes something needs a key.
  await client.POST("/v1/cases", { body: { respondentLabel: "Forløb 27" } });

  const header27 = { "Idempotency-Key": "0199c0de" };
  await client.POST("/v1/cases", {
    params: { header: header27 },
    // @ts-expect-error No such target group is known.
    body: { respondentLabel: "Forløb 27", targetGroup: "dragons" },
  });

  const unit = contentOf(await client.GET("/v1/units/{unitId}", { params: { path } }));
  // @ts-expect-error Its end may be missing.
  unit.validTo.length;
  // @ts-expect-error No such member is known.
  unit.address;

  const page = contentOf(await client.GET("/v1/units"));
  // @ts-expect-error There may be none.
  page.items[0].name;
}

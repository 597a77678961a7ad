// The NLgov REST API Design Rules (Logius, version 2.1) as far as a document shows them, each by its own id.
//
// Written from the rules' text; docs/api-design-rules.md tells of the rules that no document shows. Documents
// of services behind the gateway (`x-internal`) are not the API: what is asked of an API as a whole is asked
// of the merged document.

const METHODS = ["get", "put", "post", "delete", "patch"];
const BESIDE_METHODS = ["parameters", "summary", "description", "servers"];
const SEGMENT = /^([a-z0-9]+(-[a-z0-9]+)*|\{[A-Za-z0-9]+\})$/;
const DOCUMENT_SEGMENT = /^openapi\.(json|yaml)$/;
const CAMEL_CASE = /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$/;
const SEMANTIC_VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const VERSION_FIRST = /^\/v[1-9]\d*(\/|$)/;
const SENSITIVE = /(cpr|token|secret|password|e-?mail|phone|telephone|address)/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const isInternal = (document) => (document.servers ?? []).some((server) => server["x-internal"] === true);

function* operationsOf(document) {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item)) {
      if (METHODS.includes(method)) {
        yield { path, method, operation, place: ["paths", path, method] };
      }
    }
  }
}

function* answersOf(document) {
  for (const { operation, place } of operationsOf(document)) {
    for (const [status, answer] of Object.entries(operation.responses ?? {})) {
      yield { status, answer, place: [...place, "responses", status] };
    }
  }
}

function* parametersOf(document) {
  for (const { operation, place } of operationsOf(document)) {
    for (const [index, parameter] of (operation.parameters ?? []).entries()) {
      yield { parameter, place: [...place, "parameters", index] };
    }
  }
}

function* fieldsOf(part, place) {
  if (part === null || typeof part !== "object") {
    return;
  }
  if (part.properties && !Array.isArray(part.properties)) {
    for (const [name, field] of Object.entries(part.properties)) {
      yield { name, field, place: [...place, "properties", name] };
    }
  }
  for (const [key, inner] of Object.entries(part)) {
    if (key !== "example" && key !== "examples") {
      yield* fieldsOf(inner, [...place, key]);
    }
  }
}

function followed(document, part) {
  const reference = part?.$ref;
  if (typeof reference !== "string") {
    return part;
  }
  return reference.slice(2).split("/").reduce((inner, key) => inner?.[key], document);
}

const formatsOf = (field) => [field, ...(field.anyOf ?? []), ...(field.oneOf ?? [])];

const CHECKS = {
  *"/core/naming-collections"(document) {
    for (const path of Object.keys(document.paths ?? {})) {
      const segments = path.split("/");
      for (const [index, segment] of segments.entries()) {
        const named = segments[index - 1] ?? "";
        if (segment.startsWith("{") && !named.startsWith("{") && !named.endsWith("s")) {
          yield [`${named} holds several things, so its name must be plural`, ["paths", path]];
        }
      }
    }
  },
  *"/core/no-trailing-slash"(document) {
    for (const path of Object.keys(document.paths ?? {})) {
      if (path !== "/" && path.endsWith("/")) {
        yield ["a path must not end with a slash", ["paths", path]];
      }
    }
  },
  *"/core/path-segments-kebab-case"(document) {
    for (const path of Object.keys(document.paths ?? {})) {
      const segments = path.split("/").slice(1);
      const wrong = segments.filter((each) => !SEGMENT.test(each) && !DOCUMENT_SEGMENT.test(each));
      if (path !== "/" && wrong.some((each) => each !== "")) {
        yield [`${wrong.join(" ")} is not kebab-case`, ["paths", path]];
      }
    }
  },
  *"/core/query-keys-camel-case"(document) {
    for (const { parameter, place } of parametersOf(document)) {
      if (parameter.in === "query" && !CAMEL_CASE.test(parameter.name)) {
        yield [`${parameter.name} is not camelCase`, [...place, "name"]];
      }
    }
  },
  *"/core/date-time/format"(document) {
    for (const { name, field, place } of fieldsOf(document.components?.schemas ?? {}, ["components", "schemas"])) {
      const formats = formatsOf(field).map((each) => each.format);
      if (formats.includes("time") || formats.includes("date-time-local")) {
        yield ["a time is `time-local`, a moment is `date-time`", place];
      }
      const isText = formatsOf(field).some((each) => each.type === "string");
      if (isText && /[a-z]At$/.test(name) && !formats.includes("date-time")) {
        yield [`${name} is a moment, so its format must be date-time`, place];
      }
    }
  },
  *"/core/date-time/date-omit-time-portion"(document) {
    for (const { name, field, place } of fieldsOf(document.components?.schemas ?? {}, ["components", "schemas"])) {
      const isText = formatsOf(field).some((each) => each.type === "string");
      if (isText && /(^d|D)ate$/.test(name) && !formatsOf(field).some((each) => each.format === "date")) {
        yield [`${name} is a day, so its format must be date`, place];
      }
    }
  },
  *"/core/http-methods"(document) {
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      for (const method of Object.keys(item)) {
        const known = METHODS.includes(method) || BESIDE_METHODS.includes(method) || method.startsWith("x-");
        if (!known) {
          yield [`${method} is none of ${METHODS.join(", ")}`, ["paths", path, method]];
        }
      }
    }
  },
  *"/core/http-safety"(document) {
    for (const { method, operation, place } of operationsOf(document)) {
      if ((method === "get" || method === "delete") && operation.requestBody) {
        yield [`${method} takes no body`, [...place, "requestBody"]];
      }
    }
  },
  *"/core/error-handling/problem-details"(document) {
    for (const { status, answer, place } of answersOf(document)) {
      if (!/^[45]/.test(status)) {
        continue;
      }
      const kinds = Object.keys(answer.content ?? {});
      const others = kinds.filter((each) => each !== "application/problem+json");
      if (others.length > 0 || kinds.length === 0) {
        yield [`an error must be application/problem+json, not ${others.join(", ") || "nothing"}`, place];
        continue;
      }
      const schema = followed(document, answer.content["application/problem+json"].schema) ?? {};
      const missing = ["status", "title", "detail"].filter((each) => !(schema.required ?? []).includes(each));
      if (missing.length > 0) {
        yield [`a problem must have ${missing.join(", ")}`, place];
      }
    }
  },
  *"/core/error-handling/invalid-input"(document) {
    for (const { operation, place } of operationsOf(document)) {
      const isAsked = operation.requestBody || (operation.parameters ?? []).some((each) => each.in === "query");
      if (isAsked && !("400" in (operation.responses ?? {}))) {
        yield ["what takes a query or a body must declare 400", [...place, "responses"]];
      }
    }
  },
  *"/core/doc-openapi"(document) {
    if (!/^3\.\d+\.\d+$/.test(document.openapi ?? "")) {
      yield ["the document must be of OpenAPI 3", ["openapi"]];
    }
  },
  *"/core/doc-openapi-contact"(document) {
    if (!document.info?.contact?.name) {
      yield ["info.contact must say who answers for the API", ["info"]];
    }
  },
  *"/core/publish-openapi"(document) {
    if (isInternal(document)) {
      return;
    }
    const found = Object.keys(document.paths ?? {}).filter((path) => /^\/v\d+\/openapi\.json$/.test(path));
    const read = document.paths?.[found[0]]?.get;
    const origin = followed(document, read?.responses?.["200"]?.headers?.["Access-Control-Allow-Origin"]);
    if (!read || (read.security ?? []).length > 0 || origin?.schema?.const !== "*") {
      yield ["openapi.json must be at the base path, for everybody and every origin", ["paths"]];
    }
  },
  *"/core/deprecation-schedule"(document) {
    for (const { operation, place } of operationsOf(document)) {
      if (operation.deprecated && !DAY.test(operation["x-sunset"] ?? "")) {
        yield ["what is deprecated must say in x-sunset when it ends", place];
      }
    }
  },
  *"/core/uri-version"(document) {
    const versioned = (document.servers ?? []).map((server) => /\/v[1-9]\d*$/.test(server.url));
    for (const path of Object.keys(document.paths ?? {})) {
      if (!isInternal(document) && !versioned.every(Boolean) && !VERSION_FIRST.test(path)) {
        yield ["the address must have the major version", ["paths", path]];
      }
    }
  },
  *"/core/semver"(document) {
    if (!SEMANTIC_VERSION.test(document.info?.version ?? "")) {
      yield ["info.version must be a semantic version", ["info", "version"]];
    }
  },
  *"/core/version-header"(document) {
    for (const { answer, place } of answersOf(document)) {
      const names = Object.keys(answer.headers ?? {}).map((each) => each.toLowerCase());
      if (!isInternal(document) && !names.includes("api-version")) {
        yield ["every answer must say API-Version", place];
      }
    }
  },
  *"/core/transport/tls"(document) {
    for (const [index, server] of (document.servers ?? []).entries()) {
      if (/^http:/.test(server.url)) {
        yield ["a server must be asked over TLS", ["servers", index, "url"]];
      }
    }
  },
  *"/core/transport/no-sensitive-uris"(document) {
    for (const { parameter, place } of parametersOf(document)) {
      if (["path", "query"].includes(parameter.in) && SENSITIVE.test(parameter.name)) {
        yield [`${parameter.name} must not stand in an address`, [...place, "name"]];
      }
    }
  },
};

const asRule = ([id, check]) => [
  `adr:${id}`,
  {
    severity: "error",
    given: "$",
    resolved: false,
    message: "{{error}}.",
    then: { function: (document) => [...check(document)].map(([message, path]) => ({ message, path })) },
  },
];

export default { rules: Object.fromEntries(Object.entries(CHECKS).map(asRule)) };

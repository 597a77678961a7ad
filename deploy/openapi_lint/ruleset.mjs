// What docs/openapi is held to by Spectral: spectral:oas, the OWASP API Security Top 10 (2023) and the Dutch
// API Design Rules, but for what is listed here, each with the reason. A rule that is off for one place only
// is under `overrides`.

import rulesets from "@stoplight/spectral-rulesets";
import owaspModule from "@stoplight/spectral-owasp-ruleset";
import apiDesignRules from "./api_design_rules.mjs";

const owasp = owaspModule.default ?? owaspModule;

// Operations for everybody: they hold nothing of anybody, so they take no token and never answer 401.
const PUBLIC = [
  "/.well-known/jwks.json",
  "/docs",
  "/openapi.json",
  "/v1/openapi.json",
  "/health/live",
  "/health/ready",
  "/svar/start.js",
  "/svar/style.css",
];
// Limits count by token, never by address, as a whole municipality may share one: who shows no token is not
// counted, and a document must not promise what the code doesn't do.
const UNCOUNTED = {
  "owasp:api4:2023-rate-limit": "off",
  "owasp:api4:2023-rate-limit-responses-429": "off",
};
// What is no part of the versioned API: what OAuth and OpenID say where to find, what machines ask that run
// the installation, and what people open in a browser. No program is built upon a version of these.
const OUTSIDE = [
  "/.well-known/jwks.json",
  "/docs",
  "/health/live",
  "/health/ready",
  "/oauth2/token",
  "/status",
  "/svar",
  "/svar/start.js",
  "/svar/style.css",
];
const pointer = (path) => `**/*.json#/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}`;

export default {
  extends: [rulesets.oas, owasp, apiDesignRules],
  rules: {
    // Pages of other origins may call Samspil only where an installation lists them: by default there is no
    // CORS header because there is no CORS.
    "owasp:api8:2023-define-cors-origin": "off",
    // Text for people (names, labels, reasons) has a longest length but no pattern: people are called
    // anything. Codes, references and ids do have one.
    "owasp:api4:2023-string-restricted": "off",
    // The client credentials flow has no refresh token (RFC 6749, 4.4.3); its tokens end after an hour.
    "owasp:api2:2023-short-lived-access-tokens": "off",
  },
  overrides: [
    {
      files: OUTSIDE.map(pointer),
      rules: { "adr:/core/uri-version": "off" },
    },
    {
      // Where the document was before; it ends on its day in `x-sunset`.
      files: [pointer("/openapi.json")],
      rules: { "adr:/core/uri-version": "off" },
    },
    {
      // RFC 8615 names the first, and OpenID providers' tools look for it there; the others are files that
      // the page people answer on consists of.
      files: ["/.well-known/jwks.json", "/svar/start.js", "/svar/style.css"].map(pointer),
      rules: { "adr:/core/path-segments-kebab-case": "off" },
    },
    {
      // Refusals of the token endpoint have the form that RFC 6749 (5.2) gives them; the page refuses people
      // with a page.
      files: [pointer("/oauth2/token"), pointer("/svar")],
      rules: { "adr:/core/error-handling/problem-details": "off" },
    },
    {
      files: PUBLIC.map(pointer),
      rules: {
        "owasp:api2:2023-read-restricted": "off",
        "owasp:api8:2023-define-error-responses-401": "off",
        ...UNCOUNTED,
      },
    },
    {
      // A service's own document names a scope beside its bearer token, as OpenAPI 3.1 allows; the rule
      // knows 3.0. The merged document says it with OAuth, and is held to the rule.
      files: ["**/analytics.json"],
      rules: { "oas3-operation-security-defined": "off" },
    },
    {
      // Proves who calls by the client's secret, in the form or as HTTP Basic (RFC 6749, 2.3.1), which no
      // security scheme but `basic` could say, and that the OWASP ruleset refuses rightly elsewhere.
      files: [pointer("/oauth2/token")],
      rules: { "owasp:api2:2023-write-restricted": "off" },
    },
    {
      // The page people answer on: opening it tells nothing of anybody, and its forms carry the respondent's
      // code as a field, never in a header, an address or a cookie; no security scheme can say that.
      files: [pointer("/svar")],
      rules: {
        "owasp:api2:2023-read-restricted": "off",
        "owasp:api2:2023-write-restricted": "off",
        "owasp:api8:2023-define-error-responses-401": "off",
        ...UNCOUNTED,
      },
    },
  ],
};

-- A program searches for a case by the reference of its own system: what wrk sends for POST.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"reference":{"system":"sbsys","reference":"27.24.00-G01-12-26"}}'

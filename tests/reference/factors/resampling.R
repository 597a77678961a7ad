# Alpha over given resamples of cases, with percentile and BCa ends; base R only.
# Run in this folder: Rscript resampling.R > resampling.json
suppressMessages(library(jsonlite))
d <- read.csv("../gappy/rk.csv", colClasses = "character")
d <- d[d$wave == "1", ]
m <- sapply(paste0("i", 1:6), function(name) suppressWarnings(as.numeric(d[[name]])))
keep <- complete.cases(m)
cases <- sort(unique(d$case_id))
parts <- lapply(cases, function(one) m[keep & d$case_id == one, , drop = FALSE])
alpha <- function(x) { C <- cov(x); k <- ncol(x); k / (k - 1) * (1 - sum(diag(C)) / sum(C)) }
of <- function(places) alpha(do.call(rbind, parts[places]))
indices <- as.matrix(read.csv("../gappy/boot_indices.csv")) + 1
value <- of(seq_along(cases))
draws <- apply(indices, 1, of)
left <- sapply(seq_along(cases), function(out) of(setdiff(seq_along(cases), out)))
apart <- mean(left) - left
a <- sum(apart^3) / (6 * sum(apart^2)^1.5)
z0 <- qnorm(mean(draws < value))
at <- function(p) pnorm(z0 + (z0 + qnorm(p)) / (1 - a * (z0 + qnorm(p))))
ends <- c(0.025, 0.975)
cat(toJSON(list(versions = list(R = as.character(getRversion())), alpha = value, draws = unname(draws),
                standard_error = sd(draws), bias = mean(draws) - value, percentile = unname(quantile(draws, ends)),
                bca = unname(quantile(draws, at(ends))), acceleration = a, z0 = z0),
           auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")

# Dyads nested in raters nested in cases: lme4 on the gappy data set, and on one without gaps, where the
# best linear unbiased prediction of a case is its shrunken mean.
# Run in this folder: Rscript nested_components.R
suppressMessages({library(lme4); library(jsonlite)})
source("../social_relations/dyads.R")
out <- list()
put <- function(key, value) out[[key]] <<- value
fine <- lmerControl(optCtrl = list(rhoend = 1e-10, maxfun = 1e6), check.conv.singular = "ignore")
report <- function(name, d) {
  m <- lmer(mean ~ 1 + (1 | case_id / rater_id), d, control = fine)
  without <- lmer(mean ~ 1 + (1 | case_id:rater_id), d, control = fine)
  v <- as.data.frame(VarCorr(m)); component <- function(group) v$vcov[v$grp == group]
  put(paste0(name, "/between"), component("case_id"))
  put(paste0(name, "/among"), component("rater_id:case_id"))
  put(paste0(name, "/within"), component("Residual"))
  put(paste0(name, "/against_zero"),
      pchisq(REMLcrit(without) - REMLcrit(m), 1, lower.tail = FALSE) / 2)
  r <- ranef(m)$case_id
  put(paste0(name, "/predicted"), fixef(m)[[1]] + r[order(rownames(r)), 1])
  # The standard error of each case's plain mean, from the covariance matrix of its dyads.
  errors <- sapply(sort(unique(d$case_id)), function(case) {
    rater <- d$rater_id[d$case_id == case]; n <- length(rater)
    own <- component("rater_id:case_id") * outer(rater, rater, "==") + component("Residual") * diag(n)
    sqrt(sum(own)) / n
  })
  put(paste0(name, "/errors"), unname(errors))
}
d <- dyads(); report("gappy", d[d$wave == 1, ])
# Without gaps: the dyads of a made-up design, five raters of four each in eight cases.
set.seed(20261122)
b <- expand.grid(subject = 1:4, rater = 1:5, case = 1:8)
b$mean <- round(3 + 0.5 * rnorm(8)[b$case] + 0.4 * rnorm(40)[(b$case - 1) * 5 + b$rater] + 0.6 * rnorm(160), 4)
b$case_id <- paste0("c", b$case); b$rater_id <- paste0("r", b$rater)
report("balanced", b)
put("balanced/values", b$mean)
write_references("nested_components.json", out, c("lme4", "jsonlite"))

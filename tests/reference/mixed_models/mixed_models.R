# Mixed models with crossed and nested intercepts on the gappy data set: lme4 and lmerTest.
# Run in this folder: Rscript mixed_models.R
suppressMessages({library(lmerTest); library(jsonlite)})
source("../social_relations/dyads.R")
out <- list()
put <- function(key, value) out[[key]] <<- value
report <- function(name, m) {
  s <- coef(summary(m))
  put(paste0(name, "/coefficients"), unname(s[, "Estimate"]))
  put(paste0(name, "/errors"), unname(s[, "Std. Error"]))
  put(paste0(name, "/df"), unname(s[, "df"]))
  put(paste0(name, "/p"), unname(s[, "Pr(>|t|)"]))
  v <- as.data.frame(VarCorr(m)); for (k in seq_len(nrow(v))) put(paste0(name, "/", v$grp[k]), v$vcov[k])
  put(paste0(name, "/criterion"), REMLcrit(m)); put(paste0(name, "/n"), nobs(m))
}
fine <- lmerControl(optCtrl = list(rhoend = 1e-10, maxfun = 1e6), check.conv.singular = "ignore")

g <- aggregate(mean ~ case_id + wave + rater_id, dyads(), mean)
cases <- read_gappy("cases")
g$arm <- cases$arm[match(g$case_id, cases$case_id)]
g$after <- g$wave - 1
g$case_wave <- paste(g$case_id, g$wave)
m <- lmer(mean ~ after * arm + (1 | case_id) + (1 | case_wave) + (1 | rater_id), g, control = fine)
# coefficient order: intercept, after, arm, after:arm
report("before_after", m)
r <- ranef(m)$case_id; put("before_after/case_effects", r[order(rownames(r)), 1])
report("plain", lmer(mean ~ after * arm + (1 | case_id) + (1 | case_wave), g, control = fine))

# One wave, dyads: rater, target and case crossed.
d <- dyads(); d <- d[d$wave == 1, ]
d$arm <- cases$arm[match(d$case_id, cases$case_id)]
report("dyads", lmer(mean ~ arm + (1 | case_id) + (1 | rater_id) + (1 | target_id), d, control = fine))

# Aggregated: one row per case and wave; the residual is case : wave.
a <- aggregate(mean ~ case_id + after + arm, transform(d0 <- dyads(), after = wave - 1,
               arm = cases$arm[match(d0$case_id, cases$case_id)]), mean)
report("aggregated", lmer(mean ~ after * arm + (1 | case_id), a, control = fine))

# A grouping without effect: every fifth row, by case, wave and rater.
g <- g[order(g$case_id, g$wave, g$rater_id), ]; g$shuffled <- (seq_len(nrow(g)) * 7) %% 5
report("zero", lmer(mean ~ 1 + (1 | case_id) + (1 | shuffled), g, control = fine))
write_references("mixed_models.json", out, c("lme4", "lmerTest", "jsonlite"))

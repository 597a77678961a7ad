# Effects of the intervention on the gappy data set, computed outside the project.
# Run in this folder: Rscript effects.R
suppressMessages({library(sandwich); library(estimatr); library(clubSandwich); library(effectsize)
                  library(coin); library(lmerTest); library(jsonlite)})
source("scores.R")
out <- list()
put <- function(key, value) out[[key]] <<- value

both <- data.frame(case_table(1), post = case_table(2)$rk)
names(both)[names(both) == "rk"] <- "pre"
both$change <- both$post - both$pre
d <- both[complete.cases(both[, c("pre", "post")]), ]
put("n", nrow(d))

# ANCOVA, HC2; Lin by estimatr.
m <- lm(post ~ arm + pre + factor(municipality), d)
se <- sqrt(diag(vcovHC(m, type = "HC2")))[["arm"]]
put("ancova", c(coef(m)[["arm"]], se, df.residual(m), 2 * pt(-abs(coef(m)[["arm"]] / se), df.residual(m))))
lin <- lm_lin(post ~ arm, ~ pre + factor(municipality), d, se_type = "HC2")
put("lin", c(lin$coefficients[["arm"]], lin$std.error[["arm"]], lin$df[["arm"]], lin$p.value[["arm"]],
             lin$conf.low[["arm"]], lin$conf.high[["arm"]]))

# The two means and Welch.
for (name in c("post", "change")) {
  one <- d[d$arm == 1, name]; none <- d[d$arm == 0, name]
  w <- t.test(one, none)
  put(paste0("welch/", name), c(w$estimate[[1]] - w$estimate[[2]], w$stderr, w$parameter, w$p.value, w$conf.int))
  put(paste0("means/", name), c(mean(one), t.test(one)$conf.int, mean(none), t.test(none)$conf.int))
  g <- hedges_g(one, none, pooled_sd = TRUE)
  put(paste0("hedges/", name), c(g$Hedges_g, g$CI_low, g$CI_high))
  # effectsize's optimiser stops early: the same ends to the last digits.
  width <- sqrt(1 / length(one) + 1 / length(none)); df <- length(one) + length(none) - 2
  j <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  t <- g$Hedges_g / j / width
  end <- function(p) uniroot(function(ncp) pt(t, df, ncp) - p, c(t - 10, t + 10), tol = 1e-13)$root
  put(paste0("hedges/", name, "/ends"), c(end(.975), end(.025)) * j * width)
}

# Difference in differences on raters' given scores, CR2 by case.
rows <- rbind(given_table(1), given_table(2))
rows$after <- rows$wave - 1
m <- lm(mean ~ arm + after + arm:after, rows)
test <- coef_test(m, vcov = vcovCR(m, cluster = rows$case_id, type = "CR2"), test = "Satterthwaite")
put("did/clustered", c(test["arm:after", "beta"], test["arm:after", "SE"], test["arm:after", "df_Satt"],
                       test["arm:after", "p_Satt"]))
put("did/rows", nrow(rows))
cm <- aggregate(mean ~ case_id + wave + arm, rows, mean)
wide <- merge(cm[cm$wave == 1, ], cm[cm$wave == 2, ], by = c("case_id", "arm"))
wide$change <- wide$mean.y - wide$mean.x
w <- t.test(wide$change[wide$arm == 1], wide$change[wide$arm == 0])
put("did/aggregate", c(w$estimate[[1]] - w$estimate[[2]], w$stderr, w$parameter, w$p.value))
drift <- t.test(wide$change[wide$arm == 0])
put("did/drift", c(drift$estimate, drift$p.value))

# Mixed, with the case x wave term; with and without raters over cases and waves.
mixed <- function(key, m) {
  t <- summary(m, ddf = "Satterthwaite")$coefficients["arm:after", c("Estimate", "Std. Error", "df", "Pr(>|t|)")]
  put(paste0("did/", key), c(unname(t), as.numeric(REMLcrit(m))))
}
tight <- lmerControl(optCtrl = list(ftol_abs = 1e-14, xtol_abs = 1e-12))
mixed("mixed", lmer(mean ~ arm * after + (1 | case_id) + (1 | case_id:wave), rows, control = tight))
mixed("mixed_raters", lmer(mean ~ arm * after + (1 | case_id) + (1 | case_id:wave) + (1 | rater_id), rows,
                           control = tight))

# All stratified assignments.
every <- function(y, arm, stratum, weigh) {
  sums <- lapply(split(seq_along(y), stratum), function(own) combn(length(own), sum(arm[own]), function(i) sum(y[own][i])))
  grid <- expand.grid(sums)
  n1 <- tapply(arm, stratum, sum); n <- tapply(arm, stratum, length); s <- tapply(y, stratum, sum)
  if (weigh) return(as.numeric(as.matrix(sweep(grid, 2, n / sum(n) / n1, "*")) %*% rep(1, length(n)) -
                    as.matrix(sweep(sweep(-grid, 2, s, "+"), 2, n / sum(n) / (n - n1), "*")) %*% rep(1, length(n))))
  total <- rowSums(grid)
  total / sum(arm) - (sum(y) - total) / sum(1 - arm)
}
put("permutation/left_out", c("S00", "S04", "S12"))
full <- d
for (name in c("post", "change", "uneven")) {
  # Uneven strata: there the two statistics differ.
  d <- if (name == "uneven") full[!full$case_id %in% c("S00", "S04", "S12"), ] else full
  d$uneven <- d$post
  for (weigh in c(FALSE, TRUE)) {
    t <- every(d[[name]], d$arm, d$municipality, weigh)
    strata <- split(d, d$municipality)
    diff <- if (weigh) sum(sapply(strata, function(s) nrow(s) / nrow(d) * (mean(s[s$arm == 1, name]) - mean(s[s$arm == 0, name])))) else
      mean(d[d$arm == 1, name]) - mean(d[d$arm == 0, name])
    put(paste0("permutation/", name, if (weigh) "/within" else "/difference"),
        c(diff, length(t), mean(abs(t) >= abs(diff) - 1e-12), mean(t >= diff - 1e-12), mean(t), sqrt(mean((t - mean(t))^2))))
  }
}
d <- full
# The same upper tail by coin (approximate: its exact one is for one block).
set.seed(1)
block <- oneway_test(post ~ factor(arm, levels = c(1, 0)) | factor(municipality), d, alternative = "greater",
                     distribution = approximate(nresample = 200000))
put("permutation/coin_upper", as.numeric(pvalue(block)))

# Contamination.
members <- merge(gappy("members"), cases, by = "case_id")
arms <- tapply(members$arm, members$professional_id, function(a) length(unique(a)))
shared <- names(arms)[arms == 2]
control <- members[members$arm == 0, ]
put("contamination", c(length(arms), length(shared), nrow(control), sum(control$professional_id %in% shared),
                       length(unique(control$case_id)),
                       length(unique(control$case_id[control$professional_id %in% shared]))))

# Raters in both waves, clustered by case.
g <- merge(given_table(1), given_table(2), by = c("case_id", "rater_id"), all = TRUE)
stay <- g[!is.na(g$mean.x) & !is.na(g$mean.y), ]
m <- lm(I(mean.y - mean.x) ~ 1, stay)
test <- coef_test(m, vcov = vcovCR(m, cluster = stay$case_id, type = "CR2"), test = "Satterthwaite")
put("paired/counts", c(nrow(stay), sum(is.na(g$mean.y)), sum(is.na(g$mean.x))))
put("paired/clustered", c(test$beta, test$SE, test$df_Satt, test$p_Satt))
put("paired/total", mean(g$mean.y, na.rm = TRUE) - mean(g$mean.x, na.rm = TRUE))

write_reference("effects.json", out, c("sandwich", "estimatr", "clubSandwich", "effectsize", "coin", "lme4", "lmerTest", "jsonlite"))

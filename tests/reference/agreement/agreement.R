# ICCs, variance components, empirical Bayes, rwg(j), kappas and Krippendorff on the gappy data set.
# Run in this folder with R_SOURCES naming a folder that holds the unpacked sources of irr 0.84.1 and
# multilevel 2.8: R_SOURCES=... Rscript agreement.R
suppressMessages({library(lme4); library(psych); library(jsonlite)})
source("../social_relations/dyads.R")
sources <- Sys.getenv("R_SOURCES")
for (file in c("kappa2", "kappam.fleiss", "kripp.alpha")) source(file.path(sources, "irr", "R", paste0(file, ".R")))
for (part in parse(file.path(sources, "multilevel", "R", "multilevel.R")))
  if (is.call(part) && as.character(part[[2]])[1] %in% c("rwg.j", "ICC1", "ICC2")) eval(part)

out <- list()
put <- function(key, value) out[[key]] <<- value

one_way <- function(name, y, g) {
  g <- factor(g); n <- tapply(y, g, length); N <- length(y); J <- nlevels(g)
  a <- aov(y ~ g); t <- summary(a)[[1]]
  msb <- t[["Mean Sq"]][1]; msw <- t[["Mean Sq"]][2]
  n0 <- (N - sum(n^2) / N) / (J - 1)
  put(paste0(name, "/anova"), c(N, J, msb, msw, t[["F value"]][1], t[["Pr(>F)"]][1]))
  put(paste0(name, "/n0"), n0)
  put(paste0(name, "/icc1"), c(ICC1(a), (msb - msw) / (msb + (n0 - 1) * msw)))
  put(paste0(name, "/icc2"), ICC2(a))
  m <- lmer(y ~ 1 + (1 | g), REML = TRUE, control = lmerControl(optCtrl = list(rhoend = 1e-12, maxfun = 1e5)))
  v <- as.data.frame(VarCorr(m))
  put(paste0(name, "/reml"), c(v$vcov, fixef(m), sqrt(as.matrix(vcov(m))[1, 1]), REMLcrit(m)))
  r <- ranef(m, condVar = TRUE)$g
  put(paste0(name, "/eb"), unname(fixef(m) + r[[1]]))
  put(paste0(name, "/eb_sd"), sqrt(as.vector(attr(r, "postVar"))))
  m0 <- lm(y ~ 1)
  # half a chi-square with 1 df
  put(paste0(name, "/against_zero"), pchisq(as.numeric(2 * (logLik(m) - logLik(m0, REML = TRUE))), 1, lower.tail = FALSE) / 2)
}
for (wave in 1:2) {
  d <- dyads(); d <- d[d$wave == wave, ]
  one_way(paste0("dyads_w", wave), d$mean, d$case_id)
  g <- aggregate(mean ~ case_id + rater_id, d, mean)
  one_way(paste0("given_w", wave), g$mean, g$case_id)
}

codes <- read_gappy("coding")
s <- na.omit(codes[, c("o_A", "o_B", "o_C")])
i <- ICC(s, lmer = FALSE)$results
put("shrout_fleiss/n", nrow(s))
for (k in 1:6) put(paste0("shrout_fleiss/", i$type[k]),
  c(i$ICC[k], i$F[k], i$df1[k], i$df2[k], i$p[k], i[["lower bound"]][k], i[["upper bound"]][k]))

l <- read_gappy("leadership"); l <- l[l$wave == 1, ]
items <- suppressWarnings(data.frame(lapply(l[, paste0("l", 1:7)], as.numeric)))
r <- rwg.j(items, l$case_id, 2)
put("rwg/groups", I(as.character(r$grpid))); put("rwg/value", r$rwg.j)

pair <- codes[, c("coder_A", "coder_B")]; ordered <- codes[, c("o_A", "o_B")]
put("cohen/plain", kappa2(pair)$value)
put("cohen/linear", kappa2(ordered, "equal")$value)
put("cohen/quadratic", kappa2(ordered, "squared")$value)
k <- cohen.kappa(na.omit(pair)); put("cohen/plain_se", sqrt(k$var.kappa)); put("cohen/n", nrow(na.omit(pair)))
# psych's var.weighted is not the delta method's (nor Fleiss, Cohen & Everitt's), so it is no reference.
f <- kappam.fleiss(codes[, 2:4])
put("fleiss", c(f$subjects, f$value, f$statistic, f$p.value))
for (metric in c("nominal", "ordinal", "interval")) {
  put(paste0("krippendorff/codes_", metric), kripp.alpha(t(as.matrix(codes[, 2:4])), metric)$value)
  put(paste0("krippendorff/ordered_", metric), kripp.alpha(t(as.matrix(codes[, 5:7])), metric)$value)
}
write_references("agreement.json", out, c("lme4", "psych", "jsonlite"), list(irr = "0.84.1", multilevel = "2.8"))

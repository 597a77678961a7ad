# Social relations on the gappy data set, computed outside the project.
# Run in this folder with R_SOURCES naming a folder that holds the unpacked sources of TripleR 1.5.4,
# srm 0.4-26 and roundRobinR 0.0.0.9000 (2021-10): R_SOURCES=... Rscript social_relations.R
suppressMessages({library(nlme); library(jsonlite)})
source("dyads.R")
sources <- Sys.getenv("R_SOURCES")
# reshape2's melt of a matrix is all TripleR needs of it here.
melt <- function(m) data.frame(expand.grid(Var1 = rownames(m), Var2 = colnames(m)), value = as.vector(m))
for (file in list.files(file.path(sources, "TripleR", "R"), full.names = TRUE)) {
  if (grepl("(LashleyBond|RR|getEffects|helpers|selfCor|Skinning)\\.[rR]$", file))
    eval(parse(text = gsub("reshape2::melt", "melt", readLines(file, encoding = "UTF-8"))))
}
source(file.path(sources, "srm", "R", "SRM_ARBSRM_BOND_MALLOY.R"))
for (file in list.files(file.path(sources, "roundRobinR", "R"), full.names = TRUE))
  if (grepl("pdSRM", file)) source(file)

names5 <- c("actor", "partner", "rel", "ap_cov", "rel_cov")
out <- list()
put <- function(key, value) out[[key]] <<- value

pool <- function(values, variances, sizes) {
  w <- sizes - 1
  list(values = colSums(values * w) / sum(w), errors = sqrt(colSums(variances * w^2)) / sum(w))
}

for (wave in 1:2) {
  held <- matrices(wave)
  key <- function(name) paste0("w", wave, "/", name)
  off <- function(m) m[row(m) != col(m)]

  # Complete cases of four or more: TripleR per case, pooled with weights n - 1.
  complete <- Filter(function(m) nrow(m) >= 4 && !anyNA(off(m)), held)
  each <- lapply(complete, function(m) {
    suppressWarnings(r <- RR.univariate(m))
    list(est = r$varComp$estimate[c(1, 2, 3, 5, 6)], var = unname(r$SEVAR[c(1, 2, 3, 5, 6)]))
  })
  n <- sapply(complete, nrow)
  p <- pool(t(sapply(each, `[[`, "est")), t(sapply(each, `[[`, "var")), n)
  put(key("anova/cases"), I(names(complete)))
  put(key("anova/first"), each[[1]]$est)
  put(key("anova/first_se"), sqrt(each[[1]]$var))
  put(key("anova/pooled"), p$values)
  put(key("anova/pooled_se"), p$errors)
  v <- p$values; size <- mean(n)
  put(key("anova/group"), var(sapply(complete, function(m) mean(off(m)))) -
      ((v[1] + v[2] + 2 * v[4]) / size + (v[3] + v[5]) / (size * (size - 1))))
  q <- quickeffects(`diag<-`(complete[[1]], NA))
  put(key("anova/first_actor"), unname(q$a)); put(key("anova/first_partner"), unname(q$b))

  # Any gaps, four or more members: Bond and Malloy's own code, per case, pooled alike.
  bm <- lapply(held, function(m) {
    if (nrow(m) < 4 || all(is.na(off(m)))) return(NULL)
    diag(m) <- NA
    fit <- function(serror) tryCatch(SRM_ARBSRM_BOND_MALLOY(rbind(m, m), serror = serror), error = function(e) NULL)
    r <- fit(FALSE)
    if (is.null(r)) return(NULL)
    se <- suppressWarnings(fit(TRUE))$se # its own standard errors fail where theirs has no solution
    list(est = r$est[c(1, 2, 5, 3, 6), 1], var = if (is.null(se)) rep(NA, 5) else se[c(1, 2, 5, 3, 6), 1]^2)
  })
  bm <- Filter(Negate(is.null), bm)
  n <- sapply(held[names(bm)], nrow)
  values <- t(sapply(bm, `[[`, "est"))
  put(key("bm/cases"), I(names(bm)))
  put(key("bm/each"), unname(values))
  put(key("bm/each_se"), unname(sqrt(t(sapply(bm, `[[`, "var")))))
  put(key("bm/pooled"), unname(colSums(values * (n - 1)) / sum(n - 1)))

  # All cases: REML by nlme with roundRobinR's covariance, the lowest criterion of several starts.
  d <- do.call(rbind, lapply(names(held), function(case) {
    m <- held[[case]]
    g <- expand.grid(i = seq_len(nrow(m)), j = seq_len(nrow(m)))
    g <- g[g$i != g$j, ]
    data.frame(case = case, g, pair = paste(case, pmin(g$i, g$j), pmax(g$i, g$j)), y = m[cbind(g$i, g$j)])
  }))
  d <- d[!is.na(d$y), ]
  top <- max(sapply(held, nrow))
  for (k in seq_len(top)) { d[[paste0("a", k)]] <- as.numeric(d$i == k); d[[paste0("p", k)]] <- as.numeric(d$j == k) }
  clause <- as.formula(paste("~ -1 +", paste0("a", 1:top, collapse = "+"), "+", paste0("p", 1:top, collapse = "+")))
  best <- NULL
  for (opt in c("nlminb", "optim")) for (start in c(0.1, 0.4)) {
    fit <- tryCatch(lme(y ~ 1, random = list(case = pdBlocked(list(pdIdent(~1), pdSRM(clause)))),
      correlation = corCompSymm(start, form = ~ 1 | case/pair), data = d,
      control = lmeControl(opt = opt, maxIter = 500, msMaxIter = 500, niterEM = 50, tolerance = 1e-10,
                           msTol = 1e-12, returnObject = TRUE)),
      error = function(e) { message(conditionMessage(e)); NULL })
    if (!is.null(fit) && (is.null(best) || logLik(fit) > logLik(best))) best <- fit
  }
  cov <- as.matrix(getVarCov(best)) ; s2 <- best$sigma^2
  rho <- coef(best$modelStruct$corStruct, unconstrained = FALSE)
  put(key("reml/components"), unname(c(cov[1, 1], cov["a1", "a1"], cov["p1", "p1"], s2, cov["a1", "p1"], rho * s2)))
  put(key("reml/mean"), unname(c(fixef(best), sqrt(vcov(best)))))
  put(key("reml/criterion"), -2 * as.numeric(logLik(best)))
  put(key("reml/dyads"), nrow(d))
}
write_references("social_relations.json", out, c("nlme", "jsonlite"),
                 list(TripleR = "1.5.4", srm = "0.4-26", roundRobinR = "2021-10"))

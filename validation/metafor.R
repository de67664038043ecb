# Answers of metafor, for the numbers of `evidence.effect` and `evidence.pool`: run by
# `make validate-pooling`, stored in validation/metafor.json.
# Debian packages: r-cran-metafor, r-cran-jsonlite, r-cran-clubsandwich.
#
# Iterations go on far past metafor's own threshold (1e-5 of tau²), so that what is compared is the
# method and not where somebody stopped.

suppressMessages({
  library(metafor)
  library(jsonlite)
})

exact <- function(vi) list(threshold = 1e-11 * max(vi), maxiter = 10000, tol = 1e-14,
                           tau2.max = 1e6)
PROFILE <- list(tol = 1e-14, maxiter = 10000, tau2.max = 1e6)

plain <- function(x) unname(as.vector(x))

# One pooled effect, and all that is said of it.
told <- function(fit) {
  ahead <- if (fit$method == "FE" || fit$method == "EE") NULL else predict(fit)
  riley <- if (is.null(ahead)) NULL else predict(fit, pi.type = "riley")
  profile <- if (is.null(ahead)) NULL else confint(fit, control = PROFILE)$random
  list(
    method = fit$method, test = fit$test,
    estimate = plain(fit$beta), se = plain(fit$se), low = plain(fit$ci.lb), high = plain(fit$ci.ub),
    p = plain(fit$pval), tau2 = fit$tau2, i2 = fit$I2, h2 = fit$H2, q = fit$QE, q_p = fit$QEp,
    prediction = if (is.null(ahead)) NULL else c(ahead$pi.lb, ahead$pi.ub),
    riley = if (is.null(riley)) NULL else c(riley$pi.lb, riley$pi.ub),
    tau2_profile = if (is.null(profile)) NULL else plain(profile["tau^2", 2:3]),
    i2_profile = if (is.null(profile)) NULL else plain(profile["I^2(%)", 2:3])
  )
}

METHODS <- c("EE", "DL", "HE", "PM", "SJ", "ML", "REML")
TESTS <- c("z", "t", "knha", "adhoc")

pools <- function(data) {
  pairs <- subset(expand.grid(method = METHODS, test = TESTS, stringsAsFactors = FALSE),
                  method != "EE" | test == "z")
  Map(function(method, test) told(rma(yi, vi, data = data, method = method, test = test,
                                      control = exact(data$vi))),
      pairs$method, pairs$test, USE.NAMES = FALSE)
}

one <- function(measure, data) {
  list(measure = measure, values = plain(data$yi), variances = plain(data$vi), pools = pools(data))
}

two_groups <- function(data, measures) {
  lapply(measures, function(measure) {
    one(measure, escalc(measure, ai = tpos, bi = tneg, ci = cpos, di = cneg, data = data))
  })
}

# Counts of two groups ------------------------------------------------------------------------

bcg <- dat.bcg
bcg_raw <- with(bcg, list(
  events = tpos, n = tpos + tneg, control_events = cpos, control_n = cpos + cneg,
  latitude = ablat, labels = paste(author, year)))

haenszel <- lapply(c("RR", "OR", "RD"), function(measure) {
  fit <- rma.mh(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = bcg, measure = measure)
  list(measure = measure, estimate = plain(fit$beta), se = fit$se, q = fit$QE)
})
peto <- rma.peto(ai = tpos, bi = tneg, ci = cpos, di = cneg, data = bcg)

magnesium <- dat.egger2001
magnesium_raw <- with(magnesium, list(
  events = ai, n = n1i, control_events = ci, control_n = n2i, labels = paste(study, year)))
magnesium_or <- escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = magnesium)

egger <- function(data) {
  test <- regtest(data$yi, data$vi, model = "lm")
  mixed <- regtest(rma(yi, vi, data = data, control = exact(data$vi)))
  line <- summary(test$fit)$coefficients
  list(statistic = test$zval, df = test$dfs, p = test$pval, mixed_z = mixed$zval,
       mixed_p = mixed$pval, limit = test$est, limit_low = test$ci.lb, limit_high = test$ci.ub)
}

# Moderators ----------------------------------------------------------------------------------

regression <- function(data, moderator) {
  pairs <- expand.grid(method = c("EE", "DL", "HE", "PM", "SJ", "ML", "REML"),
                       test = c("z", "knha"), stringsAsFactors = FALSE)
  pairs <- subset(pairs, method != "EE" | test == "z")
  Map(function(method, test) {
    fit <- rma(data$yi, data$vi, mods = ~ moderator, method = method, test = test,
               control = exact(data$vi))
    list(method = method, test = test, estimate = plain(fit$beta), se = plain(fit$se),
         low = plain(fit$ci.lb), high = plain(fit$ci.ub), p = plain(fit$pval), tau2 = fit$tau2,
         i2 = fit$I2, r2 = fit$R2, qe = fit$QE, qe_p = fit$QEp, qm = fit$QM, qm_p = fit$QMp)
  }, pairs$method, pairs$test, USE.NAMES = FALSE)
}

bcg_rr <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = bcg)
teachers <- dat.raudenbush1985

# One study left out, one more each time, groups ------------------------------------------------

bcg_fit <- rma(yi, vi, data = bcg_rr, control = exact(bcg_rr$vi))
out <- leave1out(bcg_fit)
more <- cumul(bcg_fit)
groups <- lapply(sort(unique(bcg_rr$alloc)), function(each) {
  fit <- rma(yi, vi, data = bcg_rr, subset = alloc == each,
             control = exact(bcg_rr$vi))
  list(group = each, estimate = plain(fit$beta), se = fit$se, tau2 = fit$tau2)
})
between <- rma(sapply(groups, `[[`, "estimate"), sapply(groups, `[[`, "se")^2, method = "EE")

# Two groups, means ----------------------------------------------------------------------------

stroke <- dat.normand1999
stroke_raw <- with(stroke, list(
  n = n1i, mean = m1i, sd = sd1i, control_n = n2i, control_mean = m2i, control_sd = sd2i,
  labels = source))
means <- lapply(c("MD", "SMD"), function(measure) {
  one(measure, escalc(measure, n1i = n1i, m1i = m1i, sd1i = sd1i, n2i = n2i, m2i = m2i,
                      sd2i = sd2i, data = stroke))
})

# One group before and after: made-up numbers, as no classic set has a correlation ---------------

before_after <- data.frame(n = c(20, 35, 51, 104), before = c(7.1, 7.3, 6.9, 7.0),
                           after = c(4.0, 3.1, 3.7, 2.2), sd_before = c(1.4, 1.2, 1.6, 1.3),
                           sd_after = c(2.1, 2.4, 1.9, 2.2), r = c(0.5, 0.4, 0.3, 0.45))
standardised <- escalc("SMCR", m1i = after, m2i = before, sd1i = sd_before, ni = n, ri = r,
                       data = before_after)
raw_change <- escalc("MC", m1i = after, m2i = before, sd1i = sd_after, sd2i = sd_before, ni = n,
                     ri = r, data = before_after)

# Proportions ----------------------------------------------------------------------------------

hyperdynamic <- dat.pritz1997
proportions <- lapply(c("PR", "PLO", "PAS", "PFT"), function(measure) {
  data <- escalc(measure, xi = xi, ni = ni, data = hyperdynamic)
  found <- one(measure, data)
  size <- 1 / mean(1 / hyperdynamic$ni)
  back <- switch(measure, PR = identity, PLO = transf.ilogit, PAS = transf.iarcsin,
                 PFT = function(each) transf.ipft(each, size))
  fit <- rma(yi, vi, data = data, control = exact(data$vi))
  found$natural <- sapply(c(fit$beta, fit$ci.lb, fit$ci.ub), back)
  found
})

# Several effects of one cluster ----------------------------------------------------------------

FINE <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000)

several <- function(data, cluster, V, test = "z") {
  data$cluster <- cluster
  data$row <- seq_len(nrow(data))
  fit <- rma.mv(yi, V, random = ~ 1 | cluster / row, data = data, control = FINE, test = test)
  crude <- robust(fit, cluster = cluster)
  careful <- robust(fit, cluster = cluster, clubSandwich = TRUE)
  list(estimate = plain(fit$beta), se = fit$se, low = fit$ci.lb, high = fit$ci.ub,
       sigma2 = plain(fit$sigma2), q = fit$QE, log_likelihood = plain(logLik(fit)),
       robust = list(se = crude$se, low = crude$ci.lb, high = crude$ci.ub, df = plain(crude$dfs)),
       careful = list(se = careful$se, low = careful$ci.lb, high = careful$ci.ub,
                      df = plain(careful$dfs)))
}

schools <- dat.konstantopoulos2011
long <- reshape(dat.ishak2007, direction = "long", idvar = "study",
                v.names = c("yi", "vi"),
                varying = list(c("y1i", "y2i", "y3i", "y4i"), c("v1i", "v2i", "v3i", "v4i")))
long <- long[!is.na(long$yi), ]
long <- long[order(long$study, long$time), ]
correlation <- 0.6
V <- vcalc(vi, cluster = study, obs = time, rho = correlation, data = long)

# Tests and intervals of one study --------------------------------------------------------------

write_json(list(
  versions = list(R = R.version$version.string, metafor = as.character(packageVersion("metafor")),
                  metadat = as.character(packageVersion("metadat")),
                  clubSandwich = as.character(packageVersion("clubSandwich"))),
  bcg = list(raw = bcg_raw, measures = two_groups(bcg, c("RR", "OR", "RD")), haenszel = haenszel,
             peto = list(estimate = plain(peto$beta), se = peto$se, q = peto$QE),
             regression = regression(bcg_rr, bcg_rr$ablat),
             left_out = list(estimate = plain(out$estimate), se = out$se, tau2 = out$tau2),
             cumulative = list(estimate = plain(more$estimate), se = more$se, tau2 = more$tau2),
             allocation = plain(bcg_rr$alloc), groups = groups,
             between = list(q = between$QE, p = between$QEp), egger = egger(bcg_rr)),
  magnesium = list(raw = magnesium_raw, measures = list(one("OR", magnesium_or)),
                   egger = egger(magnesium_or)),
  stroke = list(raw = stroke_raw, measures = means),
  teachers = list(values = plain(teachers$yi), variances = plain(teachers$vi),
                  weeks = teachers$weeks, regression = regression(teachers, teachers$weeks)),
  hyperdynamic = list(raw = list(events = hyperdynamic$xi, n = hyperdynamic$ni),
                      measures = proportions),
  before_after = list(raw = before_after, standardised = list(values = plain(standardised$yi),
                      variances = plain(standardised$vi)), change = list(
                      values = plain(raw_change$yi), variances = plain(raw_change$vi))),
  schools = list(values = plain(schools$yi), variances = plain(schools$vi),
                 clusters = as.character(schools$district),
                 fit = several(schools, schools$district, schools$vi)),
  stimulation = list(values = plain(long$yi), variances = plain(long$vi),
                     clusters = as.character(long$study), correlation = correlation,
                     fit = several(long, long$study, V))
), "validation/metafor.json", digits = I(17), auto_unbox = TRUE, pretty = TRUE, null = "null",
na = "null")

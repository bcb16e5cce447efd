//! Samples of traffic: endpoints, strangers, browsers and bots of 2024 to 2026. Facts, as tables.

use fastrand::Rng;

/// Endpoints that a check may ask for. None begins or ends with another, in any case.
pub(crate) const ENDPOINTS: &[&str] = &[
    "/api/v1/users",
    "/api/v2/orders",
    "/api/v1/sessions",
    "/v3/catalogue/items",
    "/internal/reports/daily",
    "/graphql",
    "/api/v1/search",
    "/oauth/token",
];

/// What else is asked of the same site; unlike any endpoint above.
pub(crate) const ELSEWHERE: &[&str] = &[
    "/",
    "/index.html",
    "/favicon.ico",
    "/robots.txt",
    "/static/app.8f3c1d.js",
    "/static/site.css?v=20261103",
    "/images/hero.webp",
    "/blog/2026/11/counting-requests?utm_source=newsletter",
    "/wp-login.php",
    "/.env",
    "/healthz",
    "/login?next=%2Faccount",
    "/feed.xml",
    "/downloads/handbook.pdf",
];

/// Browsers that people use today on a desk.
pub(crate) const DESKTOP_BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Vivaldi/7.6.3797.63",
];

/// People's agents in everyday lines: nobody's list of bots holds any of them.
pub(crate) const PEOPLE: &[&str] = &[
    DESKTOP_BROWSERS[0],
    DESKTOP_BROWSERS[1],
    DESKTOP_BROWSERS[4],
    DESKTOP_BROWSERS[6],
    DESKTOP_BROWSERS[7],
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
];

/// Browsers inside of apps, whose agents hold what ends a user: a space and a bracket.
pub(crate) const IN_APPS: &[&str] = &[
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/536.0.0.41;FBDV/iPhone16,1;FBLC/en_GB]",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/537.0.0.43;]",
];

/// Bots that write `bot`, `crawl` or `spider`, in whatever case, somewhere in their agent.
pub(crate) const BOTS: &[&str] = &[
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "TELEGRAMBOT (LIKE TWITTERBOT)",
    "ACME-CRAWLER",
    "Screaming Frog SEO Spider/21.4",
    "SiteCrawl 3",
    "PriceSPIDER",
];

/// Bots whose agents hold the lower-case word that even a careless list has.
pub(crate) const PLAIN_BOTS: &[&str] = &[BOTS[0], BOTS[1], BOTS[5]];

/// Picks one.
pub(crate) fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

/// An address on the public internet, outside of the ranges that checks take for their own.
pub(crate) fn stranger(rng: &mut Rng) -> String {
    let first = pick(rng, &[23_u8, 31, 46, 62, 77, 81, 93, 109, 151, 178, 185, 212]);
    format!("{first}.{}.{}.{}", rng.u8(..), rng.u8(..), rng.u8(1..255))
}

/// The same on IPv6.
pub(crate) fn stranger_v6(rng: &mut Rng) -> String {
    format!("2a02:{:x}:{:x}::{:x}", rng.u16(1..), rng.u16(1..), rng.u16(1..))
}

/// A time of one day, as servers write it.
pub(crate) fn time(rng: &mut Rng) -> String {
    format!("20/Nov/2026:{:02}:{:02}:{:02} +0000", rng.u8(..24), rng.u8(..60), rng.u8(..60))
}

//! The three regions in which InMoment keeps accounts (docs/facts/inmoment-api.md#region-hosts, #q1).

/// The region of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// United States, `api.wootric.com`
    Us,
    /// European Union, `api.wootric.eu`
    Eu,
    /// Australia, `api.wootric.au`
    Au,
}

impl Region {
    /// Every region, in the order of the documents.
    pub const ALL: [Region; 3] = [Region::Us, Region::Eu, Region::Au];

    /// The region that an account token names: `NPS-EU-…` and `NPS-AU-…`, all others are US
    /// (docs/facts/inmoment-api.md#account-token). The second dash matters, because `NPS-EU12abcd` has the form of a US
    /// token.
    pub fn from_account_token(token: &str) -> Region {
        let token = token.trim();
        if token.starts_with("NPS-EU-") {
            Region::Eu
        } else if token.starts_with("NPS-AU-") {
            Region::Au
        } else {
            Region::Us
        }
    }

    /// The region of a configuration word: `us`, `eu` or `au`.
    pub fn from_word(word: &str) -> Option<Region> {
        Region::ALL.into_iter().find(|region| region.word() == word)
    }

    /// The word for configuration and status.
    pub fn word(self) -> &'static str {
        match self {
            Region::Us => "us",
            Region::Eu => "eu",
            Region::Au => "au",
        }
    }

    /// The base URL of the API, without a slash at its end.
    pub fn base_url(self) -> &'static str {
        match self {
            Region::Us => "https://api.wootric.com",
            Region::Eu => "https://api.wootric.eu",
            Region::Au => "https://api.wootric.au",
        }
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests;

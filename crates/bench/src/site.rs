//! A folder, a sandbox and the configuration of a server that delivers to it.

use crate::load::{self, Numbers};
use crate::probe::Probe;
use crate::server::Server;
use crate::traffic::{Template, TrafficKind, WRITE_KEY};
use anyhow::{Context, Result};
use sandbox::{Account, Options, RunningSandbox, Switches};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// The number of connections that fill a server with events.
const FILLERS: usize = 32;

/// The configuration of a server, besides the address of its sandbox.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// calls under way at once
    pub(crate) concurrency: u32,
    /// whether the password is right
    pub(crate) admitted: bool,
    /// the destination's mode
    pub(crate) mode: &'static str,
}

impl Default for Choice {
    fn default() -> Self {
        Choice { concurrency: 8, admitted: true, mode: "live" }
    }
}

/// The surroundings of a scenario.
pub(crate) struct Site {
    folder: TempDir,
    pub(crate) inmoment: RunningSandbox,
    pub(crate) probe: Arc<Probe>,
    pub(crate) numbers: Numbers,
}

impl Site {
    /// An empty folder and an empty sandbox, limited to this many calls a minute or not at all.
    pub(crate) async fn new(limit: Option<u32>) -> Result<Site> {
        let folder = TempDir::new_in(work_folder()?)?;
        let probe = Probe::new();
        // More than one answer a day of each end user would be an update, a different call for the sandbox.
        let switches = Switches { one_a_day: false, ..Switches::default() };
        let options = Options { limit, switches, log_capacity: 20_000, ..Options::default() };
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let inmoment = sandbox::Server::start(options, anywhere, probe.clock()).await?;
        Ok(Site { folder, inmoment, probe, numbers: Numbers::default() })
    }

    /// The server's data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts a server on this folder.
    pub(crate) async fn serve(&self, choice: &Choice) -> Result<Server> {
        let data = self.data();
        let file = self.folder.path().join("rapport.toml");
        std::fs::write(&file, self.config(choice, &data))?;
        Server::start(&file, &data).await
    }

    /// Makes this many end users known, with an identify each.
    pub(crate) async fn introduce(&self, server: &Server, users: u64) -> Result<()> {
        let identifies = Template::batch(server.public, &[TrafficKind::Identify; 20], 1, users);
        self.fill(server, &identifies, users).await?;
        server.settled().await.context("making end users known")
    }

    /// Sends this many events as fast as they are accepted.
    pub(crate) async fn fill(&self, server: &Server, template: &Template, events: u64) -> Result<()> {
        load::events(server.public, FILLERS, template, &self.numbers, events).await
    }

    fn config(&self, choice: &Choice, data: &std::path::Path) -> String {
        let Account { username, password, account_token, .. } = Account::demo();
        let password = if choice.admitted { password } else { "wrong".to_owned() };
        let (concurrency, inmoment) = (choice.concurrency, self.inmoment.addr());
        format!(
            "[gateway]\nlisten = \"127.0.0.1:0\"\nmax_events = 1000000\nmax_body = \"100 MiB\"\nsource_bytes = \"off\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[journal]\npath = {data:?}\n\
             [delivery]\nconcurrency = {concurrency}\n\
             [[sources]]\nname = \"website\"\nkind = \"web\"\nwrite_key = \"{WRITE_KEY}\"\n\
             [[destinations]]\nname = \"inmoment\"\nusername = \"{username}\"\npassword = \"{password}\"\n\
             account_token = \"{account_token}\"\nbase_url = \"http://{inmoment}\"\nsources = [\"website\"]\n\
             mode = \"{}\"\n",
            choice.mode
        )
    }
}

/// The folder is beside the build's files and so on a real disk: a temporary folder may be in memory, where fsync costs
/// nothing.
pub(crate) fn work_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(std::path::Path::parent).context("the build's folder")?;
    let folder = target.join("bench-data");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

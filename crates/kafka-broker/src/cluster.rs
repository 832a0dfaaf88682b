//! Brokers that form a cluster.

use crate::certificates::Certificates;
use crate::folder::Folder;
use crate::process::{self, Process};
use crate::properties::{self, PASSWORD, Port, Ports, USER};
use nix::sys::signal::Signal;
use std::path::PathBuf;
use std::{fs, io};

/// One or more brokers. All functions block; starting takes some seconds.
pub struct Cluster {
    ports: Vec<Ports>,
    running: Vec<Option<Process>>,
    runs: usize,
    certificates: Certificates,
    /// the last, so that it is dropped when all brokers are dead
    folder: Folder,
}

/// Any will do; all brokers of a cluster have the same one.
const CLUSTER_ID: &str = "cmFwcG9ydC10ZXN0czEyMw";

impl Cluster {
    /// Starts so many brokers, and waits until they serve.
    ///
    /// # Errors
    /// When Kafka or Java is missing, or a broker does not start; its console is in the error.
    pub fn start(brokers: usize) -> io::Result<Cluster> {
        let ports = (0..brokers).map(|_| Ports::new()).collect::<io::Result<Vec<_>>>()?;
        let running = (0..brokers).map(|_| None).collect();
        let (folder, certificates) = (Folder::new()?, Certificates::new()?);
        let mut cluster = Cluster { ports, running, runs: 0, certificates, folder };
        cluster.format()?;
        for broker in 0..brokers {
            cluster.launch(broker)?;
        }
        for broker in 0..brokers {
            cluster.ready(broker)?;
        }
        Ok(cluster)
    }

    /// The addresses of all brokers, for this kind of client.
    pub fn addresses(&self, port: Port) -> Vec<String> {
        self.ports.iter().map(|ports| format!("localhost:{}", ports.of(port))).collect()
    }

    /// The certificates of the listeners with TLS, and for their clients.
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// Kills a broker, by its number from 0, with SIGKILL. What it had written stays.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self, broker: usize) -> io::Result<()> {
        self.running[broker].take().ok_or_else(not_running)?.kill()
    }

    /// Starts a broker again that was killed, with what it had written and at the same ports, and waits until it serves.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self, broker: usize) -> io::Result<()> {
        self.launch(broker)?;
        self.ready(broker)
    }

    /// Stops a broker's process where it is, or lets it go on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn freeze(&self, broker: usize, frozen: bool) -> io::Result<()> {
        let signal = if frozen { Signal::SIGSTOP } else { Signal::SIGCONT };
        self.running[broker].as_ref().ok_or_else(not_running)?.signal(signal)
    }

    /// Runs a program of Kafka's, by the name of its script and its arguments, and returns what it says.
    ///
    /// # Errors
    /// When the script is not known here, or fails.
    pub fn tool(&self, script: &str, arguments: &[&str]) -> io::Result<String> {
        let class = match script {
            "kafka-topics.sh" => "org.apache.kafka.tools.TopicCommand",
            "kafka-configs.sh" => "kafka.admin.ConfigCommand",
            "kafka-acls.sh" => "org.apache.kafka.tools.AclCommand",
            other => return Err(io::Error::other(format!("{other} is not known"))),
        };
        process::run(class, arguments)
    }

    fn home(&self, broker: usize) -> PathBuf {
        self.folder.path().join(broker.to_string())
    }

    fn format(&self) -> io::Result<()> {
        let certificates = &self.certificates;
        let keystore = format!("{}{}", certificates.broker_key, certificates.broker);
        let mut tools = Vec::new();
        for broker in 0..self.ports.len() {
            let home = self.home(broker);
            fs::create_dir_all(&home)?;
            fs::write(home.join("keystore.pem"), &keystore)?;
            fs::write(home.join("truststore.pem"), &certificates.authority)?;
            properties::write(&home, broker, &self.ports)?;
            let mut tool = process::java("kafka.tools.StorageTool", &[])?;
            tool.args(["format", "--cluster-id", CLUSTER_ID, "--config"]).arg(home.join("server.properties"));
            for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
                tool.arg("--add-scram").arg(format!("{mechanism}=[name={USER},password={PASSWORD}]"));
            }
            let console = fs::File::create(home.join("format.txt"))?;
            tools.push((home, tool.stdout(console.try_clone()?).stderr(console).spawn()?));
        }
        for (home, mut tool) in tools {
            if !tool.wait()?.success() {
                let console = fs::read_to_string(home.join("format.txt"))?;
                return Err(io::Error::other(format!("the broker's disk was not formatted:\n{console}")));
            }
        }
        Ok(())
    }

    fn launch(&mut self, broker: usize) -> io::Result<()> {
        self.runs += 1;
        self.running[broker] = Some(Process::launch(&self.home(broker), self.runs)?);
        Ok(())
    }

    fn ready(&mut self, broker: usize) -> io::Result<()> {
        self.running[broker].as_mut().ok_or_else(not_running)?.ready()
    }
}

fn not_running() -> io::Error {
    io::Error::other("this broker does not run")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for process in self.running.iter_mut().filter_map(Option::take) {
            // Its shell kills it, if this fails.
            let _ = process.kill();
        }
    }
}

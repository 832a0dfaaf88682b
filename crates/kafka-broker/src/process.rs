//! A broker's process, with a shell between it and the test.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The shell says the process's number, `ready` or `failed`, and `ended`, a line each. It says `failed` also of a broker
/// that does not serve after two minutes. When its input ends, because whoever started it is gone, it kills the process.
const SHELL: &str = r#"
log=$1
shift
"$@" > "$log" 2>&1 < /dev/null &
broker=$!
exec 2> /dev/null
echo $broker
exec 3<&0
(cat <&3 > /dev/null; kill -9 $broker) > /dev/null &
guard=$!
if timeout 120 tail --pid=$broker -n +1 -F "$log" | grep -m 1 -q 'Kafka Server started'; then echo ready; else echo failed; fi
wait $broker
kill $guard
echo ended
"#;

/// The console of a broker: what the shell waits for, and warnings.
const CONSOLE: &str = r#"<Configuration status="ERROR">
  <Appenders><Console name="console"><PatternLayout pattern="%d %p %m (%c)%n"/></Console></Appenders>
  <Loggers>
    <Root level="WARN"><AppenderRef ref="console"/></Root>
    <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
  </Loggers>
</Configuration>
"#;

pub(crate) struct Process {
    shell: Child,
    says: BufReader<ChildStdout>,
    pid: Pid,
    log: PathBuf,
}

/// A program of Kafka's.
pub(crate) fn java(class: &str, options: &[&str]) -> io::Result<Command> {
    let libraries = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/kafka/libs"));
    if !libraries.is_dir() {
        return Err(io::Error::other("there is no Kafka: run tests/kafka/setup.sh"));
    }
    let mut command = Command::new("java");
    command.args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]).args(options);
    command.arg("-cp").arg(libraries.join("*")).arg(class);
    Ok(command)
}

/// Runs one of Kafka's programs to its end.
pub(crate) fn run<S: AsRef<OsStr>>(class: &str, arguments: &[S]) -> io::Result<String> {
    let output: Output = java(class, &[])?.args(arguments).output()?;
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(said) } else { Err(io::Error::other(format!("{class}: {said}"))) }
}

impl Process {
    /// Starts a broker whose `server.properties` are in this folder, and does not wait for it.
    pub(crate) fn launch(folder: &Path, run: usize) -> io::Result<Process> {
        let console = folder.join("log4j2.xml");
        std::fs::write(&console, CONSOLE)?;
        let console = format!("-Dlog4j2.configurationFile={}", console.display());
        let broker = java("kafka.Kafka", &[&console])?;
        let log = folder.join(format!("console-{run}.txt"));
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(&log).arg(broker.get_program()).args(broker.get_args());
        command.arg(folder.join("server.properties"));
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = shell.stdout.take().ok_or_else(|| io::Error::other("the shell has no output"))?;
        let mut says = BufReader::new(stdout);
        let pid = line(&mut says)?.parse().map_err(io::Error::other)?;
        Ok(Process { shell, says, pid: Pid::from_raw(pid), log })
    }

    /// Waits until it serves.
    pub(crate) fn ready(&mut self) -> io::Result<()> {
        if line(&mut self.says)? == "ready" {
            return Ok(());
        }
        let console = std::fs::read_to_string(&self.log).unwrap_or_default();
        Err(io::Error::other(format!("the broker did not start:\n{console}")))
    }

    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill(self.pid, signal)?)
    }

    /// Kills it, and waits until it is dead.
    pub(crate) fn kill(mut self) -> io::Result<()> {
        self.signal(Signal::SIGKILL)?;
        while line(&mut self.says)? != "ended" {}
        self.shell.wait().map(drop)
    }
}

fn line(says: &mut BufReader<ChildStdout>) -> io::Result<String> {
    let mut line = String::new();
    if says.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

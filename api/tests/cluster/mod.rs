//! A throwaway PostgreSQL for tests: one for all test processes of a run, a database for each test.
//!
//! The first process that needs it starts `cluster.sh`, which ends by itself a few seconds after the last one.

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::time::Instant;

/// How long a cluster may take to be made and to start.
const TIMEOUT: Duration = Duration::from_secs(60);

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster/cluster.sh");
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-postgres");

/// A running server. It stops some seconds after the last clone, in any process, is gone.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    // Held, not read: `cluster.sh` waits for it.
    _user: Arc<File>,
    _state: Option<Arc<tempfile::TempDir>>,
}

impl Cluster {
    /// The one of the whole run.
    pub(crate) fn shared() -> Self {
        static CLUSTER: Mutex<Option<Cluster>> = Mutex::new(None);
        let mut cluster = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        cluster.get_or_insert_with(|| Self::of(Path::new(SHARED), None, Kind::Plain)).clone()
    }

    /// One of this test's own, to be mistreated.
    pub(crate) fn own() -> Self {
        Self::own_of(Kind::Plain)
    }

    /// One of this test's own, with a small disk beside its own; `None` where this machine does not let tests mount
    /// one.
    pub(crate) fn with_small_disk() -> Option<Self> {
        let probe = "d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $d && umount $d && rmdir $d";
        let mut command = Command::new("unshare");
        let probed = command.args(["--mount", "sh", "-c", probe]).stderr(Stdio::null()).status();
        let may_mount = is_root() && probed.is_ok_and(|status| status.success());
        may_mount.then(|| Self::own_of(Kind::SmallDisk))
    }

    fn own_of(kind: Kind) -> Self {
        let state = tempfile::tempdir().unwrap();
        let path = state.path().to_owned();
        Self::of(&path, Some(Arc::new(state)), kind)
    }

    fn of(state: &Path, owned: Option<Arc<tempfile::TempDir>>, kind: Kind) -> Self {
        let bin = bin_folder();
        fs::create_dir_all(state).unwrap();
        let (lock, user) = (open(&state.join("lock")), open(&state.join("users")));
        lock.lock().unwrap();
        user.lock_shared().unwrap();
        let folder = running(state).unwrap_or_else(|| start(&bin, state, kind));
        lock.unlock().unwrap();
        Self { bin, folder, _user: Arc::new(user), _state: owned }
    }

    /// A new, empty database; its address.
    pub(crate) async fn database(&self) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("shop_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE DATABASE {name}")).await;
        self.url(&name)
    }

    /// A new, empty database on the small disk; its address.
    pub(crate) async fn database_on_small_disk(&self) -> String {
        let folder = self.folder.join("small/tables");
        self.execute(&format!("CREATE TABLESPACE small LOCATION '{}'", folder.display())).await;
        self.execute("CREATE DATABASE shop_on_small_disk TABLESPACE small").await;
        self.url("shop_on_small_disk")
    }

    /// Writes the small disk full to the last byte.
    pub(crate) async fn fill_small_disk(&self) {
        self.run("dd if=/dev/zero bs=4k of=").await;
    }

    /// Gives the room back.
    pub(crate) async fn free_small_disk(&self) {
        self.run("rm ").await;
    }

    /// Runs a command on the ballast of the small disk, which only the server sees.
    async fn run(&self, command: &str) {
        let ballast = self.folder.join("small/ballast");
        self.execute(&format!("COPY (SELECT 1) TO PROGRAM '{command}{}; true'", ballast.display())).await;
    }

    /// Runs a statement as the server's administrator.
    pub(crate) async fn execute(&self, statement: &str) {
        self.execute_in("postgres", statement).await;
    }

    /// The same in this database.
    pub(crate) async fn execute_in(&self, database: &str, statement: &str) {
        let mut connection = PgConnection::connect(&self.url(database)).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Copies a database as an operator does, by `pg_dump`, into a new one; its address.
    pub(crate) async fn restored_dump(&self, url: &str) -> String {
        let (copy, bin) = (self.database().await, self.bin.display());
        let line = format!(
            "'{bin}/pg_dump' '{url}' | '{bin}/psql' --quiet --set ON_ERROR_STOP=1 '{copy}' >/dev/null"
        );
        let done = tokio::task::spawn_blocking(move || {
            let status = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).status();
            assert!(status.unwrap().success(), "{line}");
        });
        done.await.unwrap();
        copy
    }

    /// Stops the server, as a crash does or after all transactions.
    pub(crate) fn stop(&self, mode: &str) {
        self.pg_ctl(&["stop", "--silent", "--mode", mode]);
    }

    /// Starts it again.
    pub(crate) fn start(&self) {
        let options = fs::read_to_string(self.folder.join("options")).unwrap();
        let log = self.folder.join("log");
        self.pg_ctl(&[
            "start",
            "--wait",
            "--silent",
            "--log",
            log.to_str().unwrap(),
            "--options",
            options.trim(),
        ]);
    }

    fn pg_ctl(&self, arguments: &[&str]) {
        let data = self.folder.join("data");
        let quoted: Vec<String> = arguments.iter().map(|argument| format!("'{argument}'")).collect();
        let line = format!(
            "'{}' {} --pgdata='{}'",
            self.bin.join("pg_ctl").display(),
            quoted.join(" "),
            data.display()
        );
        let mut command = if is_root() { Command::new("su") } else { Command::new("sh") };
        if is_root() {
            command.args(["postgres", "-s", "/bin/sh"]);
        }
        let done =
            command.args(["-c", &line]).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).status();
        assert!(done.unwrap().success(), "{line}");
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://grove@localhost/{database}?host={}", self.folder.display())
    }
}

/// What a cluster has.
#[derive(Clone, Copy)]
enum Kind {
    Plain,
    /// A disk that is soon full, seen by the server alone: it is gone when the server is.
    SmallDisk,
}

impl Kind {
    fn shell(self) -> Command {
        match self {
            Self::Plain => Command::new("sh"),
            Self::SmallDisk => {
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh"]);
                command
            }
        }
    }

    /// Room for a database, which takes 8 MB when it is made, and for some growth.
    fn size(self) -> Option<&'static str> {
        matches!(self, Self::SmallDisk).then_some("40m")
    }
}

fn open(path: &Path) -> File {
    File::options().create(true).truncate(false).write(true).open(path).unwrap()
}

/// The folder of a cluster that runs, if one does.
fn running(state: &Path) -> Option<PathBuf> {
    let folder = PathBuf::from(fs::read_to_string(state.join("address")).ok()?.trim());
    UnixStream::connect(folder.join(".s.PGSQL.5432")).ok().map(|_| folder)
}

#[expect(clippy::zombie_processes, reason = "it outlives the test on purpose, for those that come after it")]
fn start(bin: &Path, state: &Path, kind: Kind) -> PathBuf {
    let _ = fs::remove_file(state.join("address"));
    let log = File::create(state.join("log")).unwrap();
    let mut script = kind
        .shell()
        .args([Path::new(SCRIPT), bin, state])
        .args(kind.size())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        // Not in this test's group, which may be stopped as a whole.
        .process_group(0)
        .spawn()
        .unwrap();
    let started = Instant::now();
    loop {
        if let Some(folder) = running(state) {
            return folder;
        }
        let ended = script.try_wait().unwrap();
        assert!(
            ended.is_none() && started.elapsed() < TIMEOUT,
            "PostgreSQL does not start: {}",
            fs::read_to_string(state.join("log")).unwrap_or_default()
        );
        pause();
    }
}

#[expect(clippy::disallowed_methods, reason = "another process is waited for, with a deadline")]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

/// Debian keeps the server's programs away from `PATH`.
fn bin_folder() -> PathBuf {
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told =
        told.and_then(|output| String::from_utf8(output.stdout).ok()).map(|text| PathBuf::from(text.trim()));
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    told.into_iter().chain(debian.into_iter().rev()).find(|bin| bin.join("initdb").is_file()).unwrap_or_else(|| {
        panic!(
            "these tests need PostgreSQL's server programs: install them (Debian: apt-get install postgresql), \
             or let `cargo verify` do it"
        )
    })
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

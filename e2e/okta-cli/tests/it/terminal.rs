//! A program at a terminal, as a person sees it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// Longer than anything takes that is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What the terminal shows.
type Screen = Arc<(Mutex<String>, Condvar)>;

/// The program, running, and its terminal.
pub(super) struct Terminal {
    hand: File,
    screen: Screen,
    eye: JoinHandle<()>,
    child: Child,
}

impl Terminal {
    /// Starts a program at a terminal of its own, with these variables and no others.
    pub(super) fn start(program: &str, args: &[&str], variables: &[(&str, String)]) -> Self {
        let hand = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&hand).unwrap();
        unlockpt(&hand).unwrap();
        let line = ptsname(&hand, Vec::new()).unwrap().into_string().unwrap();
        let line = || Stdio::from(File::options().read(true).write(true).open(&line).unwrap());
        let mut command = Command::new("/usr/bin/setsid");
        command.args(["--ctty", "--wait", program]).args(args).env_clear();
        command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let child = command.stdin(line()).stdout(line()).stderr(line()).spawn().unwrap();
        drop(command);
        let (hand, screen) = (File::from(hand), Screen::default());
        let (view, seen) = (hand.try_clone().unwrap(), Arc::clone(&screen));
        let eye = thread::spawn(move || watch(view, &seen));
        Self { hand, screen, eye, child }
    }

    /// Waits until it shows this.
    #[track_caller]
    pub(super) fn shows(&self, text: &str) {
        let (screen, changed) = &*self.screen;
        let shown = screen.lock().unwrap();
        let (shown, timeout) =
            changed.wait_timeout_while(shown, TIMEOUT, |shown| !shown.contains(text)).unwrap();
        assert!(!timeout.timed_out(), "{text:?} is not on the screen:\n{shown}");
    }

    /// Waits until what is typed is not shown.
    #[track_caller]
    pub(super) fn hides_what_is_typed(&self) {
        let tick = Duration::from_millis(20);
        for _ in 0..TIMEOUT.as_millis() / tick.as_millis() {
            if !tcgetattr(&self.hand).unwrap().local_modes.contains(LocalModes::ECHO) {
                return;
            }
            // The terminal tells nobody when this changes.
            let _ = self.screen.1.wait_timeout(self.screen.0.lock().unwrap(), tick).unwrap();
        }
        panic!("the terminal shows what is typed");
    }

    /// Types a line.
    pub(super) fn types(&mut self, line: &str) {
        self.hand.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Waits for the end: the exit status, and all that was shown.
    pub(super) fn ends(mut self) -> (i32, String) {
        let status = self.child.wait().unwrap();
        self.eye.join().unwrap();
        let shown = self.screen.0.lock().unwrap().clone();
        (status.code().unwrap_or(-1), shown)
    }
}

/// Writes down what is shown, until the program has gone.
fn watch(mut view: File, (screen, changed): &(Mutex<String>, Condvar)) {
    let mut bytes = [0; 4096];
    while let Ok(count) = view.read(&mut bytes) {
        screen.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
        changed.notify_all();
    }
}

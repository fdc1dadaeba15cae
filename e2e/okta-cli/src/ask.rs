//! Questions to whoever sits at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// Asks for what must not be seen.
///
/// # Errors
/// Where there is no terminal.
pub(crate) fn secret(prompt: &str) -> io::Result<String> {
    rpassword::prompt_password(prompt)
}

/// Asks; anything but a clear yes is a no.
///
/// # Errors
/// Where there is no terminal.
pub(crate) fn yes(question: &str) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Err(io::Error::other("standard input is not a terminal"));
    }
    print!("{question} [y/N] ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

//! The browser's clock, moved: a test need not wait for a token to end.

use super::Tab;

/// `Date.now` of each page is off by `__skew` seconds, and a message on a channel moves it in all tabs at once,
/// which then look at the messages again.
const SHIM: &str = "(() => {
    const now = Date.now.bind(Date);
    window.__skew = SKEW;
    window.__rounds = 0;
    Date.now = () => now() + window.__skew * 1000;
    const go = path => document.querySelector(`a[href='${path}']`)?.click();
    window.__look_again = seconds => { window.__skew += seconds; go('/'); go('/messages'); window.__rounds += 1; };
    new BroadcastChannel('test-clock').onmessage = event => window.__look_again(event.data);
})()";

impl Tab {
    /// From the next page on the clock of this tab can be moved; it goes right until then.
    pub async fn take_clock(&self) {
        self.skew_clock(0).await;
    }

    /// From the next page on the clock of this tab is off by so many seconds.
    pub async fn skew_clock(&self, seconds: i64) {
        self.run_before_pages(&SHIM.replace("SKEW", &seconds.to_string())).await;
    }

    /// Lets so many seconds pass in this tab, which then leaves the messages and comes back to them.
    pub async fn look_again_after(&self, seconds: u64) {
        self.client().execute("__look_again(arguments[0])", vec![seconds.into()]).await.unwrap();
    }

    /// The same in all tabs of the browser at the same time, this one included.
    pub async fn all_look_again_after(&self, seconds: u64) {
        let script = "new BroadcastChannel('test-clock').postMessage(arguments[0])";
        self.client().execute(script, vec![seconds.into()]).await.unwrap();
    }

    /// Waits until this tab has looked so many times and has its messages.
    pub async fn has_looked(&self, times: u64) {
        let script =
            "return [window.__rounds, !!document.querySelector('#message-1'), document.body.innerText]";
        self.until(&format!("the messages, for the {times}th time"), async || {
            let state = self.client().execute(script, Vec::new()).await.map_err(|error| error.to_string())?;
            if state[0] == times && state[1] == true { Ok(()) } else { Err(state.to_string()) }
        })
        .await;
    }
}

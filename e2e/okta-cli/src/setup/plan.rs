//! What `cargo okta setup` is going to do: made by looking at the org, shown, and carried out as it was shown.

use super::error::SetupError;
use super::known::{Known, NEW};
use super::merge::Change;
use super::resource::{Making, Resource, Verdict};
use crate::management::{Management, ManagementError};

/// The steps, in the order in which they are carried out.
pub(super) struct Plan<'a> {
    steps: Vec<Step<'a>>,
    /// What the org showed.
    pub(super) known: Known,
}

struct Step<'a> {
    resource: &'a Resource,
    /// The id of what exists; [`NEW`] where nothing does.
    id: String,
    verdict: Verdict,
}

impl<'a> Plan<'a> {
    /// Looks at the org, and changes nothing. Ends at the first resource that cannot be made.
    pub(super) async fn of(
        management: &Management,
        resources: &'a [Resource],
    ) -> Result<Self, ManagementError> {
        let (mut steps, mut known) = (Vec::new(), Known::default());
        for resource in resources {
            let verdict = resource.judge(management, &mut known).await?;
            let step = Step { resource, id: known.id(&resource.name).to_owned(), verdict };
            let blocked = step.is_blocked();
            steps.push(step);
            // What comes after it may not even be there to look at.
            if blocked {
                break;
            }
        }
        Ok(Self { steps, known })
    }

    /// For people, a line for each resource.
    pub(super) fn text(&self) -> String {
        self.steps.iter().filter(|step| step.resource.making != Making::Peek).map(Step::line).collect()
    }

    /// Whether there is nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.steps.iter().all(|step| step.verdict == Verdict::Stands)
    }

    /// The resource that cannot be made, and why.
    pub(super) fn blocked(&self) -> Option<(&Resource, &Verdict)> {
        let step = self.steps.iter().find(|step| step.is_blocked())?;
        Some((step.resource, &step.verdict))
    }

    /// What a later look at the org sees differently, a line each.
    pub(super) fn differences(&self, now: &Self) -> Vec<String> {
        let pairs = self.steps.iter().zip(&now.steps);
        pairs.filter_map(|(before, now)| before.difference(&now.id, &now.verdict)).collect()
    }

    /// Makes all of it so, with a line each. Stops where the org is no longer as the plan says.
    pub(super) async fn carry_out(&self, management: &Management) -> Result<Known, SetupError> {
        let mut known = Known::default();
        for step in &self.steps {
            let resource = step.resource;
            let failed = |cause| SetupError::Step { title: resource.title.clone(), cause };
            let verdict = resource.judge(management, &mut known).await.map_err(failed)?;
            if let Some(difference) = step.difference(known.id(&resource.name), &verdict) {
                return Err(SetupError::ChangedOnTheWay(difference));
            }
            resource.apply(management, &mut known, &verdict).await.map_err(failed)?;
            match verdict {
                Verdict::Create => println!("  created  {}", resource.title),
                Verdict::Update(_) => println!("  updated  {}", resource.title),
                _ => continue,
            }
            if verdict == Verdict::Create && resource.recorded {
                known.record(management, &resource.name).await.map_err(failed)?;
            }
        }
        Ok(known)
    }
}

impl Step<'_> {
    fn is_blocked(&self) -> bool {
        matches!(self.verdict, Verdict::Missing | Verdict::InTheWay(_))
    }

    fn line(&self) -> String {
        let title = &self.resource.title;
        match &self.verdict {
            Verdict::Stands => format!("    exists  {title}\n"),
            Verdict::Create => format!("  + create  {title}\n"),
            Verdict::Missing | Verdict::InTheWay(_) => format!("  ! stop    {title}\n"),
            Verdict::Update(changes) => {
                let rows = changes.iter().map(|change| {
                    let meaning = meaning_of(&change.place);
                    format!("              {} {}{meaning}\n", change.place, change.what)
                });
                format!("  ~ update  {title}\n{}", rows.collect::<String>())
            }
        }
    }

    /// What is no longer as it was when this was planned.
    fn difference(&self, id: &str, verdict: &Verdict) -> Option<String> {
        let title = &self.resource.title;
        if !self.verdict.allows(verdict) {
            return Some(format!(
                "{title} {}; when the plan was made it {}",
                told(verdict),
                told(&self.verdict)
            ));
        }
        let replaced = id != self.id;
        replaced
            .then(|| format!("{title} is another one now: {id}; when the plan was made it was {}", self.id))
    }
}

impl Verdict {
    /// Whether what this planned may still be done. What refers to something new has its id only once that is made.
    fn allows(&self, found: &Self) -> bool {
        match (self, found) {
            (Self::Update(planned), Self::Update(found)) => {
                let is_open = |place: &str| {
                    planned.iter().any(|change| change.place == place && change.what.contains(NEW))
                };
                let fixed = |changes: &[Change]| -> Vec<Change> {
                    changes.iter().filter(|change| !is_open(&change.place)).cloned().collect()
                };
                fixed(planned) == fixed(found)
            }
            (planned, found) => planned == found,
        }
    }
}

fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Stands => "needs no change".to_owned(),
        Verdict::Create | Verdict::Missing => "does not exist".to_owned(),
        Verdict::InTheWay(what) => format!("is taken: {what}"),
        Verdict::Update(changes) => {
            let changes: Vec<_> =
                changes.iter().map(|change| format!("{} {}", change.place, change.what)).collect();
            format!("needs {}", changes.join(", "))
        }
    }
}

/// What a member is called in the Admin Console, where its own name does not tell.
fn meaning_of(place: &str) -> &'static str {
    match place {
        "settings.implicitAssignment" => {
            " (leaves Federation Broker Mode: only those who are assigned may sign in)"
        }
        "settings.oauthClient.idp_initiated_login.mode" => {
            " (Login initiated by Either Okta or App, Redirect to app to initiate login (OIDC Compliant))"
        }
        "settings.oauthClient.dpop_bound_access_tokens" => {
            " (Proof of possession: its tokens are bound to a key, and open nothing without a proof of it)"
        }
        "visibility.hide.web" => " (Display application icon to users: a tile for those who are assigned)",
        _ => "",
    }
}

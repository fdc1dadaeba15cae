//! Rules that put people into groups, as the org follows them.

use okta_types::UnixTime;

use crate::org::group::Group;
use crate::org::group_expression::Expression;
use crate::org::state::Directory;
use crate::org::user::User;

/// A membership that a rule gave or took away.
#[derive(Debug)]
pub(crate) struct Moved {
    /// Whether it was given.
    pub(crate) added: bool,
    /// The group that was changed.
    pub(crate) group: Group,
    /// The person who was added or removed.
    pub(crate) user: User,
}

impl Directory {
    /// Runs all active rules: adds the people that they apply to, and removes those that a rule added and no longer applies to.
    /// Rules may look at what others did, so all are gone through until nothing moves any more.
    pub(crate) fn run_group_rules(&mut self, now: UnixTime) -> Vec<Moved> {
        let mut moved = Vec::new();
        for _ in 0..=self.group_rules.len() {
            let before = moved.len();
            for place in 0..self.group_rules.len() {
                self.follow(place, now, &mut moved);
            }
            if moved.len() == before {
                break;
            }
        }
        moved
    }

    fn follow(&mut self, place: usize, now: UnixTime, moved: &mut Vec<Moved>) {
        let rule = &self.group_rules[place];
        let Ok(expression) = Expression::parse(&rule.expression) else { return };
        if !rule.active || !rule.is_valid(&self.groups) {
            return;
        }
        let meant: Vec<bool> =
            self.users.iter().map(|user| rule.means(&expression, user, &self.groups)).collect();
        let rule = &mut self.group_rules[place];
        for group in self.groups.iter_mut().filter(|group| rule.groups.contains(&group.id)) {
            for (user, meant) in self.users.iter().zip(&meant) {
                let key = (group.id.clone(), user.id.clone());
                let is_in = group.members.contains(&user.id);
                let changes = if *meant { !is_in } else { rule.given.remove(&key) && is_in };
                if !changes {
                    continue;
                }
                if *meant {
                    group.members.push(user.id.clone());
                    rule.given.insert(key);
                } else {
                    group.members.retain(|member| *member != user.id);
                }
                group.members_updated_at = now;
                moved.push(Moved { added: *meant, group: group.clone(), user: user.clone() });
            }
        }
    }

    /// Notes that an administrator took somebody out of a group: rules do not put them in again. Says whether one
    /// had.
    pub(crate) fn except_from_group_rules(&mut self, group_id: &str, user_id: &str) -> bool {
        let mut any = false;
        for rule in self.group_rules.iter_mut().filter(|rule| rule.groups.iter().any(|id| id == group_id)) {
            if rule.given.remove(&(group_id.to_owned(), user_id.to_owned())) {
                rule.has_exceptions = true;
                rule.excluded_users.push(user_id.to_owned());
                any = true;
            }
        }
        any
    }
}

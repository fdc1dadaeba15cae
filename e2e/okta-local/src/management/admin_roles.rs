//! `/api/v1/users/{id}/roles` and `/groups/{id}/roles`: roles of administrators, kept without effect. None of them is
//! limited to groups or apps, so the lists of what it is limited to are empty.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::body::read;
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::org::admin_role::{RoleAssignment, kinds};
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::system_log::Target;
use crate::timestamp::iso;

pub(super) fn routes(config: &mut ServiceConfig) {
    for (holders, holder) in [("users", Holder::User), ("groups", Holder::Group)] {
        let base = format!("/{holders}/{{id}}/roles");
        let at = |path: &str| at(&format!("{base}{path}")).app_data(holder);
        config
            .service(at("").route(web::get().to(list)).route(web::post().to(assign)))
            .service(at("/{role}").route(web::get().to(get)).route(web::delete().to(unassign)))
            .service(at("/{role}/targets/groups").route(web::get().to(targets)))
            .service(at("/{role}/targets/catalog/apps").route(web::get().to(targets)));
    }
}

/// Who can have a role.
#[derive(Clone, Copy, PartialEq)]
enum Holder {
    User,
    Group,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RoleBody {
    #[serde(rename = "type")]
    kind: String,
}

impl Holder {
    /// Of a request to a resource of such a holder.
    fn of(request: &HttpRequest) -> Self {
        request.app_data::<Self>().copied().unwrap_or(Self::User)
    }

    fn roles_mut<'a>(self, state: &'a mut State, id: &str) -> Result<&'a mut Vec<RoleAssignment>, Refusal> {
        match self {
            Self::User => Ok(&mut lookup::user_mut(state, id)?.roles),
            Self::Group => Ok(&mut lookup::group_mut(state, id)?.roles),
        }
    }

    fn target(self, state: &State, id: &str) -> Result<Target, Refusal> {
        match self {
            Self::User => lookup::user(&state.directory, id).map(targets::user),
            Self::Group => lookup::group(&state.directory, id).map(targets::group),
        }
    }

    /// What begins the id of an assignment.
    fn prefix(self) -> &'static str {
        if self == Self::User { "ra1" } else { "gra" }
    }

    fn event(self, granted: bool) -> &'static str {
        match (self, granted) {
            (Self::User, true) => "user.account.privilege.grant",
            (Self::User, false) => "user.account.privilege.revoke",
            (Self::Group, true) => "group.privilege.grant",
            (Self::Group, false) => "group.privilege.revoke",
        }
    }

    /// All that somebody has, also by a group.
    fn all(self, tenant: &Tenant, state: &State, id: &str) -> Result<Vec<(String, Value)>, Refusal> {
        let shown =
            |holder: Self, id: &str, role: &RoleAssignment| (role.id.clone(), show(tenant, holder, id, role));
        let directory = &state.directory;
        if self == Self::Group {
            let group = lookup::group(directory, id)?;
            return Ok(group.roles.iter().map(|role| shown(self, &group.id, role)).collect());
        }
        let user = lookup::user(directory, id)?;
        let own = user.roles.iter().map(|role| shown(self, &user.id, role));
        let by_group = directory
            .groups_of(&user.id)
            .flat_map(|group| group.roles.iter().map(move |role| shown(Self::Group, &group.id, role)));
        Ok(own.chain(by_group).collect())
    }
}

async fn list(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let all = Holder::of(&request).all(&tenant, &tenant.state(), &id)?;
    Ok(HttpResponse::Ok().json(all.into_iter().map(|(_, shown)| shown).collect::<Vec<_>>()))
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let all = Holder::of(&request).all(&tenant, &tenant.state(), &path.0)?;
    let found = all.into_iter().find(|(id, _)| *id == path.1);
    let (_, shown) = found.ok_or_else(|| unknown(&path.1))?;
    Ok(HttpResponse::Ok().json(shown))
}

async fn assign(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest, body: Bytes) -> Answer {
    let holder = Holder::of(&request);
    let body: RoleBody = read(&body)?;
    let mut state = tenant.state();
    let target = holder.target(&state, &id)?;
    let Some(role) = RoleAssignment::new(&body.kind, holder.prefix(), tenant.now()) else {
        let known = kinds().collect::<Vec<_>>().join(", ");
        return Err(Refusal::invalid("type", format!("type: '{}' is not one of [{known}].", body.kind)));
    };
    let roles = holder.roles_mut(&mut state, &id)?;
    if roles.iter().any(|known| known.kind == role.kind) {
        return Err(Refusal::DuplicateRole);
    }
    let shown = show(&tenant, holder, &target.id, &role);
    roles.push(role);
    tenant.record_change(holder.event(true), vec![target]);
    Ok(HttpResponse::Created().json(shown))
}

async fn unassign(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let holder = Holder::of(&request);
    let mut state = tenant.state();
    let target = holder.target(&state, &path.0)?;
    let roles = holder.roles_mut(&mut state, &path.0)?;
    let place = roles.iter().position(|role| role.id == path.1);
    roles.remove(place.ok_or_else(|| unknown(&path.1))?);
    tenant.record_change(holder.event(false), vec![target]);
    Ok(no_content())
}

async fn targets(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let all = Holder::of(&request).all(&tenant, &tenant.state(), &path.0)?;
    match all.iter().any(|(id, _)| *id == path.1) {
        true => Ok(HttpResponse::Ok().json(json!([]))),
        false => Err(unknown(&path.1)),
    }
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(id, "RoleAssignment")
}

fn show(tenant: &Tenant, holder: Holder, id: &str, role: &RoleAssignment) -> Value {
    let (holders, kind) = if holder == Holder::User { ("users", "USER") } else { ("groups", "GROUP") };
    json!({
        "id": role.id,
        "label": role.label(),
        "type": role.kind,
        "status": "ACTIVE",
        "created": iso(role.created_at),
        "lastUpdated": iso(role.created_at),
        "assignmentType": kind,
        "_links": {"assignee": {"href": format!("{}/api/v1/{holders}/{id}", tenant.base_url)}},
    })
}

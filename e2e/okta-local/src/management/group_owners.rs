//! `/api/v1/groups/{id}/owners`: who answers for a group; kept without effect.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::body::read;
use super::lookup;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use crate::org::group::GroupOwner;
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::timestamp::{as_stored, in_words};

const PAGES: Pages = Pages::of(1000, 1000);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/groups/{id}/owners").route(web::get().to(list)).route(web::post().to(add)))
        .service(at("/groups/{id}/owners/{owner}").route(web::delete().to(remove)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OwnerBody {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Lists the owners of a group, the newest first.
async fn list(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let owners = lookup::group(&state.directory, &id)?.owners.iter().rev();
    let items = owners.map(|owner| show(&state.directory, owner, as_stored(owner.since))).collect();
    page::respond(&tenant, &request, items, PAGES)
}

async fn add(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: OwnerBody = read(&body)?;
    let since = tenant.now();
    let mut state = tenant.state();
    lookup::group(&state.directory, &id)?;
    let (id_of_owner, is_group) = match body.kind.as_str() {
        "USER" => (lookup::user(&state.directory, &body.id)?.id.clone(), false),
        "GROUP" => (lookup::group(&state.directory, &body.id)?.id.clone(), true),
        other => {
            let cause = format!("type: '{other}' is not one of [GROUP, USER].");
            return Err(Refusal::invalid("type", cause));
        }
    };
    let owner = GroupOwner { id: id_of_owner, is_group, since };
    let shown = show(&state.directory, &owner, in_words(since));
    let group = lookup::group_mut(&mut state, &id)?;
    if group.owners.iter().any(|known| known.id == owner.id) {
        return Err(Refusal::invalid("owner", "Provided owner is already assigned to this group"));
    }
    group.owners.push(owner);
    Ok(HttpResponse::Created().json(shown))
}

async fn remove(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let mut state = tenant.state();
    let owners = &mut lookup::group_mut(&mut state, &path.0)?.owners;
    let place = owners.iter().position(|owner| owner.id == path.1);
    owners.remove(place.ok_or_else(|| Refusal::not_found(&path.1, "GroupOwner"))?);
    Ok(no_content())
}

/// An owner. Okta writes the time in one way when it is added and in another in lists.
fn show(directory: &Directory, owner: &GroupOwner, time: String) -> Value {
    let name = match owner.is_group {
        true => lookup::group(directory, &owner.id).map(|group| group.name.clone()).ok(),
        false => directory.user(&owner.id).map(|user| user.name()),
    };
    json!({
        "id": owner.id,
        "type": if owner.is_group { "GROUP" } else { "USER" },
        "resolved": true,
        "originId": null,
        "originType": "OKTA_DIRECTORY",
        "displayName": name,
        "lastUpdated": time,
    })
}

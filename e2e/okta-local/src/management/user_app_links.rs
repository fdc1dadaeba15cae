//! `/api/v1/users/{id}/appLinks`: the apps on somebody's dashboard.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde_json::{Value, json};

use super::answer::Answer;
use super::lookup;
use super::resource::at;
use crate::org::client::Client;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::random;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(at("/users/{id}/appLinks").route(web::get().to(list)));
}

async fn list(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let user = lookup::user(&state.directory, &id)?;
    let tiles = state.directory.tiles_of(user).enumerate();
    let shown: Vec<_> = tiles.map(|(place, client)| show(&tenant, user, client, place)).collect();
    Ok(HttpResponse::Ok().json(shown))
}

fn show(tenant: &Tenant, user: &User, client: &Client, place: usize) -> Value {
    json!({
        "id": user.id,
        "label": client.app.label,
        "linkUrl": format!("{}{}", tenant.base_url, client.link_path()),
        "logoUrl": format!("{}/assets/img/logos/default.png", tenant.base_url),
        "appName": client.name(),
        "appInstanceId": client.app_id(),
        "appAssignmentId": random::seeded_id("0ua", 0, &format!("{} {}", client.app_id(), user.id)),
        "credentialsSetup": false,
        "hidden": false,
        "sortOrder": place,
    })
}

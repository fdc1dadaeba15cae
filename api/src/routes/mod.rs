//! Which address is answered by what. Handlers are thin: they read the request, ask `checkout` or the
//! store, and write the answer.

mod cart;
mod docs;
mod health;
mod hello;
mod messages;
mod openapi;
mod orders;
mod page;
mod products;
mod revocation;
mod shop_page;
mod staff;
mod whoami;

use std::future::ready;

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route, guard};
use shared::paths;

pub(crate) use self::docs::DocsPage;
pub(crate) use self::openapi::ApiDocument;
pub(crate) use self::products::query_config;
pub(crate) use self::shop_page::ShopPages;
use self::shop_page::Sources;
use crate::catalogue_answers::{CatalogueAnswers, Question};
use crate::concurrency_limit::{Caller, ConcurrencyLimit, Limited};
use crate::error::ApiError;
use crate::problem_fallback::catch_panics;
use crate::spa::Site;
use crate::store::Store;

/// All addresses of the API.
pub(crate) fn configure(config: &mut ServiceConfig) {
    add_addresses(&mut Addresses { config, documented: Vec::new() });
}

fn add_addresses(addresses: &mut Addresses<'_>) {
    addresses
        .open(paths::HELLO, hello::show)
        .read(paths::WHOAMI, whoami::show)
        .read(paths::MESSAGES, messages::list)
        .open(paths::PRODUCTS, products::list)
        .open(&[paths::PRODUCTS, "/{id}"].concat(), products::show)
        .read_and(paths::CART, cart::show, Method::PUT, cart::put)
        .act(paths::CART_MERGE, cart::merge)
        .read_and(paths::ORDERS, orders::list, Method::POST, orders::place)
        .read(&[paths::ORDERS, "/{number}"].concat(), orders::show)
        .act(&[paths::ORDERS, "/{number}", paths::CANCEL].concat(), orders::cancel)
        .read(paths::STAFF_ORDERS, staff::orders)
        .read(&[paths::STAFF_ORDERS, "/{number}"].concat(), staff::order)
        .act(&[paths::STAFF_ORDERS, "/{number}", paths::SHIP].concat(), staff::ship)
        .act(&[paths::STAFF_ORDERS, "/{number}", paths::CANCEL].concat(), staff::cancel)
        .act(&[paths::STAFF_PRODUCTS, "/{id}", paths::RESTOCK].concat(), staff::restock)
        .serve_org(paths::GLOBAL_TOKEN_REVOCATION, revocation::revoke)
        .probe(paths::LIVEZ, health::live)
        .probe(paths::READYZ, health::ready)
        .open(paths::OPENAPI, openapi::show)
        .page(paths::DOCS, docs::to_page)
        .page(&[paths::DOCS, "/{file:.*}"].concat(), docs::page);
}

/// Adds addresses to the app and remembers them: a test holds the documentation against the list.
struct Addresses<'a> {
    config: &'a mut ServiceConfig,
    documented: Vec<(Method, String)>,
}

impl Addresses<'_> {
    /// An address that is read, by people who are signed in.
    fn read<F, Args>(&mut self, path: &str, handler: F) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.probe(path, Limited { handler, caller: Caller::SignedIn })
    }

    /// The same for anybody.
    fn open<F, Args>(&mut self, path: &str, handler: F) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.documented.push((Method::GET, path.to_owned()));
        self.page(path, handler)
    }

    /// The same for people's eyes: it is no part of the documented API.
    fn page<F, Args>(&mut self, path: &str, handler: F) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.config.service(read(path, Limited { handler, caller: Caller::Anonymous }));
        self
    }

    /// An address that is answered however busy the server is, for a busy server lives.
    fn probe<F, Args>(&mut self, path: &str, handler: F) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.documented.push((Method::GET, path.to_owned()));
        self.config.service(read(path, handler));
        self
    }

    /// An address that is read, and where one more thing is done.
    fn read_and<F, Args, G, GArgs>(&mut self, path: &str, handler: F, method: Method, act: G) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
        G: Handler<GArgs>,
        GArgs: FromRequest + 'static,
        G::Output: Responder + 'static,
    {
        let allow = if method == Method::PUT { "GET, HEAD, PUT" } else { "GET, HEAD, POST" };
        self.documented.extend([(Method::GET, path.to_owned()), (method.clone(), path.to_owned())]);
        let caller = Caller::SignedIn;
        let read = read_route().to(Limited { handler, caller });
        let act = web::method(method).to(Limited { handler: act, caller });
        self.config.service(closed(path, web::resource(path).route(read).route(act), allow));
        self
    }

    /// An address where something is done and nothing is read.
    fn act<F, Args>(&mut self, path: &str, handler: F) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.act_for(path, handler, Caller::SignedIn)
    }

    /// The same for the org, which nobody has signed in.
    fn serve_org<F, Args>(&mut self, path: &str, handler: F) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.act_for(path, handler, Caller::Anonymous)
    }

    fn act_for<F, Args>(&mut self, path: &str, handler: F, caller: Caller) -> &mut Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.documented.push((Method::POST, path.to_owned()));
        let route = web::post().to(Limited { handler, caller });
        self.config.service(closed(path, web::resource(path).route(route), "POST"));
        self
    }
}

/// All addresses, and `/compared/messages`, which answers as `/api/messages` does and asks nothing but `admits`:
/// what the benchmark compares with. The program has no such address.
#[cfg(feature = "bench")]
pub(crate) fn configure_for_comparison(config: &mut ServiceConfig, admits: fn(&HttpRequest) -> bool) {
    // The first one, so that it is found no later than the other.
    let handler = messages::list_for(admits);
    config.service(read("/compared/messages", Limited { handler, caller: Caller::SignedIn }));
    configure(config);
}

/// Everything else: the SPA's, if it is served here. What would be the API's is not there.
pub(crate) async fn everything_else(
    request: HttpRequest,
    site: web::Data<Option<Site>>,
    store: web::Data<Store>,
    pages: web::Data<ShopPages>,
    answers: web::Data<CatalogueAnswers<Question>>,
    limit: web::Data<ConcurrencyLimit>,
) -> Result<HttpResponse, ApiError> {
    let site = site.as_ref().as_ref().filter(|_| !is_apis(request.path())).ok_or(ApiError::NotFound)?;
    let sources = Sources { site, store: &store, pages: &pages, answers: &answers, limit: &limit };
    Ok(shop_page::show(&request, sources).await)
}

fn is_apis(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn read<F, Args>(path: &str, handler: F) -> impl HttpServiceFactory + 'static
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    closed(path, web::resource(path).route(read_route().to(handler)), "GET, HEAD")
}

/// Refuses all other methods, and answers where a handler panics; the log and the metrics learn which address it is.
fn closed(path: &str, resource: Resource, allow: &'static str) -> impl HttpServiceFactory + 'static {
    resource
        .app_data(crate::metrics::Route(path.into()))
        .default_service(web::to(move || ready(Err::<&str, _>(ApiError::MethodNotAllowed { allow }))))
        .wrap(from_fn(catch_panics))
}

/// Whoever answers GET must answer HEAD (RFC 9110 §9.1).
fn read_route() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use okta_types::Issuer;

    use super::*;

    /// Every address is documented with its methods, and nothing else is.
    #[test]
    fn the_documentation_names_the_addresses_that_there_are() {
        let mut there = Vec::new();
        let _ = App::new().configure(|config| {
            let mut addresses = Addresses { config, documented: Vec::new() };
            add_addresses(&mut addresses);
            there = std::mem::take(&mut addresses.documented);
        });
        let issuer = Issuer::parse("https://dev-1.okta.com/oauth2/default").unwrap();
        let document = serde_json::to_value(openapi::document(&issuer)).unwrap();
        let mut documented: Vec<_> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method, path)))
            .map(|(method, path)| (method.to_uppercase().parse::<Method>().unwrap(), path.clone()))
            .collect();
        let by_name = |(method, path): &(Method, String)| (path.clone(), method.to_string());
        documented.sort_by_key(by_name);
        there.sort_by_key(by_name);
        assert_eq!(documented, there);
    }
}

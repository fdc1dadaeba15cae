//! The key pairs of sessions (RFC 9449), by WebCrypto and IndexedDB, feature `dpop`.
//!
//! IndexedDB keeps a key of WebCrypto as what it is: script of this origin can sign with it, and nobody can read it. Each
//! access opens the database and closes it again, so that it can be deleted at any time.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use okta_auth::{KeyName, MadeKey, Proof};
use okta_types::DpopProof;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, IdbDatabase, IdbKeyRange, IdbRequest, IdbTransactionMode};

use crate::crypto::{object, subtle};

/// One database for the origin; the names of the keys tell apps and sessions apart.
const DATABASE: &str = "okta-auth";
const STORE: &str = "keys";

/// The private key that this page has made or found last: a page has one session.
#[derive(Default)]
pub(crate) struct Keys(RefCell<Option<(KeyName, CryptoKey)>>);

impl Keys {
    /// Makes a pair; `None` where the browser cannot. It is kept for all tabs where that is wanted and the browser
    /// lets the page, and for this page in any case.
    pub(crate) async fn make(&self, name: KeyName, keep: bool) -> Option<MadeKey> {
        let (private, public) = generate().await.ok()?;
        let coordinate = |name: &str| Reflect::get(&public, &name.into()).ok()?.as_string();
        let (x, y) = (coordinate("x")?, coordinate("y")?);
        let lasts = keep && access(&name, Ask::Put(&private)).await.is_ok();
        self.0.replace(Some((name, private)));
        Some(MadeKey { x, y, lasts })
    }

    /// The value of the `DPoP` header; `None` where the key is gone.
    pub(crate) async fn prove(&self, proof: &Proof) -> Option<String> {
        let key = self.find(&proof.key).await?;
        let signature = sign(&key, proof.signing_input.as_bytes()).await.ok()?;
        Some(DpopProof::write(&proof.signing_input, &signature))
    }

    /// Forgets the pairs from one name to another, here and for all tabs.
    pub(crate) async fn forget(&self, first: &KeyName, last: &KeyName) {
        // This page has one key, the newest: whatever others go with it are older.
        self.0.borrow_mut().take_if(|(own, _)| own == last);
        // Where nothing can be kept nothing was.
        let _ = access(first, Ask::Delete(last)).await;
    }

    async fn find(&self, name: &KeyName) -> Option<CryptoKey> {
        if let Some((own, key)) = &*self.0.borrow()
            && own == name
        {
            return Some(key.clone());
        }
        let key = access(name, Ask::Get).await.ok()?.dyn_into::<CryptoKey>().ok()?;
        self.0.replace(Some((name.clone(), key.clone())));
        Some(key)
    }
}

fn algorithm() -> Result<Object, JsValue> {
    object(r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#)
}

/// The private key, which cannot be exported, and the public one as a JSON Web Key.
async fn generate() -> Result<(CryptoKey, JsValue), JsValue> {
    let subtle = subtle()?;
    let promise = subtle.generate_key_with_object(&algorithm()?, false, &object(r#"["sign"]"#)?.into())?;
    let pair = JsFuture::from(promise).await?;
    let half = |name: &str| Reflect::get(&pair, &name.into()).map(JsCast::unchecked_into::<CryptoKey>);
    let public = JsFuture::from(subtle.export_key("jwk", &half("publicKey")?)?).await?;
    Ok((half("privateKey")?, public))
}

/// 64 bytes, as JOSE wants them (RFC 7518 §3.4).
async fn sign(key: &CryptoKey, text: &[u8]) -> Result<Vec<u8>, JsValue> {
    let promise = subtle()?.sign_with_object_and_u8_array(&algorithm()?, key, text)?;
    Ok(Uint8Array::new(&JsFuture::from(promise).await?).to_vec())
}

/// What is asked of the database about one key.
#[derive(Clone, Copy)]
enum Ask<'a> {
    Put(&'a CryptoKey),
    Get,
    /// It, and all that follow it up to this one.
    Delete(&'a KeyName),
}

/// Boxed, so that it is in the wasm once.
fn access<'a>(
    name: &'a KeyName,
    ask: Ask<'a>,
) -> Pin<Box<dyn Future<Output = Result<JsValue, JsValue>> + 'a>> {
    Box::pin(async move {
        let database = open().await?;
        let request = request(&database, &name.as_str().into(), ask);
        let result = match request {
            Ok(request) => settled(&request).await,
            Err(error) => Err(error),
        };
        // It closes when its transactions are through.
        database.close();
        result
    })
}

fn request(database: &IdbDatabase, name: &JsValue, ask: Ask<'_>) -> Result<IdbRequest, JsValue> {
    let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let store = transaction.object_store(STORE)?;
    match ask {
        Ask::Put(key) => store.put_with_key(key, name),
        Ask::Get => store.get(name),
        Ask::Delete(last) => store.delete(IdbKeyRange::bound(name, &last.as_str().into())?.as_ref()),
    }
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = web_sys::window().ok_or(JsValue::NULL)?.indexed_db()?.ok_or(JsValue::NULL)?;
    let request = factory.open_with_u32(DATABASE, 1)?;
    let opened: IdbRequest = request.clone().into();
    let upgrade: Box<dyn FnOnce()> = Box::new(move || {
        // Without its store the database is of no use, which shows at the first access.
        let database = opened.result().map(JsCast::unchecked_into::<IdbDatabase>);
        drop(database.and_then(|database| database.create_object_store(STORE)));
    });
    request.set_onupgradeneeded(Some(Closure::once_into_js(upgrade).unchecked_ref()));
    settled(&request).await.map(JsCast::unchecked_into)
}

async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    JsFuture::from(promise).await?;
    request.result()
}

//! The keys of the browser made of plain data: some kept for all tabs, some in the memory of a tab. Nothing is signed;
//! what would be is remembered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use okta_auth::{KeyName, MadeKey, Proof};
use okta_types::{DpopProof, ProofClaims, base64url};

type Names = BTreeSet<String>;

/// What all tabs share of keys.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    /// Kept where a reload finds them.
    pub(crate) kept: Rc<RefCell<Names>>,
    /// What was kept there until the browser forgot it.
    lost: Rc<RefCell<Names>>,
    /// Whether nothing can be kept there.
    pub(crate) refuses: Rc<Cell<bool>>,
    /// Whether no key can be made.
    pub(crate) fails: Rc<Cell<bool>>,
    /// How many were made.
    pub(crate) made: Rc<Cell<u8>>,
    /// The clock of the page's server minus the browser's, seconds; `None` where it does not say.
    pub(crate) time: Rc<Cell<Option<i64>>>,
    /// Every proof that was signed, with the key's name.
    pub(crate) proofs: Rc<RefCell<Vec<(String, ProofClaims)>>>,
}

impl Keys {
    /// The browser forgets what it keeps.
    pub(crate) fn lose(&self) {
        self.lost.borrow_mut().append(&mut self.kept.borrow_mut());
    }

    /// Whether nobody has dropped this key.
    pub(crate) fn is_kept_or_lost(&self, key: &str) -> bool {
        self.kept.borrow().contains(key) || self.lost.borrow().contains(key)
    }

    /// The claims of the last proof.
    #[track_caller]
    pub(crate) fn last_proof(&self) -> ProofClaims {
        self.proofs.borrow().last().expect("nothing was proven").1.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.kept.borrow().len()
    }

    /// The keys that proofs were made with.
    pub(crate) fn used(&self) -> Names {
        self.proofs.borrow().iter().map(|(key, _)| key.clone()).collect()
    }
}

/// The keys in the memory of one tab.
#[derive(Default)]
pub(crate) struct OwnKeys(Names);

impl OwnKeys {
    pub(crate) fn make(&mut self, key: KeyName, keep: bool, keys: &Keys) -> Option<MadeKey> {
        if keys.fails.get() {
            return None;
        }
        let number = keys.made.get() + 1;
        keys.made.set(number);
        let lasts = keep && !keys.refuses.get();
        let name = key.as_str().to_owned();
        assert!(!keys.kept.borrow().contains(&name), "made twice: {name}");
        if lasts {
            keys.kept.borrow_mut().insert(name);
        } else {
            self.0.insert(name);
        }
        let coordinate = base64url::encode([number; 32]);
        Some(MadeKey { x: coordinate.clone(), y: coordinate, lasts })
    }

    pub(crate) fn forget(&mut self, first: &KeyName, last: &KeyName, keys: &Keys) {
        let stays = |name: &String| !(first.as_str()..=last.as_str()).contains(&name.as_str());
        self.0.retain(stays);
        keys.kept.borrow_mut().retain(stays);
    }

    /// Whether the key is there; what it signed is remembered, and must be unlike anything before.
    pub(crate) fn sign(&self, proof: &Proof, keys: &Keys) -> bool {
        let name = proof.key.as_str();
        if !self.0.contains(name) && !keys.kept.borrow().contains(name) {
            return false;
        }
        let text = DpopProof::write(&proof.signing_input, &[1; 64]);
        let claims = DpopProof::parse(&text).unwrap().unverified_claims;
        let mut proofs = keys.proofs.borrow_mut();
        assert!(proofs.iter().all(|(_, before)| before.jti != claims.jti), "the same jti twice");
        proofs.push((name.to_owned(), claims));
        true
    }
}

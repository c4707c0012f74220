//! Who people are, kept at hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Person, UserId};
use quick_cache::sync::Cache;
use store::{Store, StoreError};

/// How many people are kept at hand: about 20 MB of them.
const CAPACITY: usize = 65_536;

/// A cache of people, bounded, loaded on demand. What changes a person appends to the system room, and whoever follows
/// that room ([`crate::auth`]) makes the cache forget them. Cheap to clone.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    cache: Cache<UserId, Arc<Person>>,
    /// Counts the changes of which the cache was told, so that a look-up which began before one isn't kept after it.
    changes: AtomicU64,
    store: Store,
}

impl People {
    pub(crate) fn new(store: Store) -> Self {
        Self(Arc::new(Inner { cache: Cache::new(CAPACITY), changes: AtomicU64::new(0), store }))
    }

    /// The person with this id, if they are at hand. No query.
    #[must_use]
    pub fn at_hand(&self, id: UserId) -> Option<Arc<Person>> {
        self.0.cache.get(&id)
    }

    /// The person with this id; None: there is no such person.
    ///
    /// # Errors
    ///
    /// When they aren't at hand and the store can't be asked.
    pub async fn find(&self, id: UserId) -> Result<Option<Arc<Person>>, StoreError> {
        if let Some(person) = self.at_hand(id) {
            return Ok(Some(person));
        }
        let changes = self.0.changes.load(Ordering::SeqCst);
        let Some(row) = store::people::find(self.0.store.reader(), id).await? else {
            return Ok(None);
        };
        let person = Arc::new(row.person());
        self.0.cache.insert(id, Arc::clone(&person));
        // Somebody changed in between, perhaps this one: what was read may be old. (A change after this look forgets it
        // by itself.)
        if self.0.changes.load(Ordering::SeqCst) != changes {
            self.0.cache.remove(&id);
        }
        Ok(Some(person))
    }

    /// Forgets the person: something about them changed.
    pub(crate) fn forget(&self, id: UserId) {
        self.0.changes.fetch_add(1, Ordering::SeqCst);
        self.0.cache.remove(&id);
    }
}

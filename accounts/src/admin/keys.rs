//! The signing keys.

use store::Change;

use super::AdminError;
use crate::accounts::tell_system_room;
use crate::tokens::KeyInfo;
use crate::{Accounts, Failure};

impl Accounts {
    /// The signing keys, the oldest first, as this process last read them.
    #[must_use]
    pub fn keys(&self) -> Vec<KeyInfo> {
        self.0.tokens.ring().list()
    }

    /// Makes a new key, which signs from now on, and tells the system room. The keys before it go on checking, so nobody is
    /// signed out. Gives the keys as they are then.
    pub async fn rotate_keys(&self) -> Result<Vec<KeyInfo>, AdminError> {
        let accounts = self.clone();
        let rotate = move || {
            let now = accounts.0.clock.now();
            accounts.0.tokens.ring().rotate(&*accounts.0.entropy, now)
        };
        tokio::task::spawn_blocking(rotate).await.map_err(Failure::Lost)??;
        // The file first: whoever is told finds it.
        let mut tx = self.0.store.write().await?;
        tell_system_room(&mut tx, [Change::KeysChanged]).await?;
        tx.commit().await?;
        Ok(self.keys())
    }
}

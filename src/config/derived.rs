//! What holds for a key that nobody set and that has no default of its own.

use serde_json::Value;

use super::Config;
use crate::http::Public;

/// The keys whose values follow from others', and what they are when they aren't set.
pub fn derived(config: &Config) -> Vec<(&'static str, Value)> {
    let mut derived = Vec::new();
    if let Ok(url) = config.database.database(&config.server.data_dir) {
        derived.push(("database.url", url.to_string().into()));
    }
    if let Some(public) = Public::of(&config.server, config.server.listen) {
        let mut origins: Vec<Value> = Vec::new();
        for origin in public.origins.iter().map(|origin| origin.to_string().into()) {
            // The server's own origin is often the front end's too.
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        let accounts = &config.accounts;
        let page = accounts.activation_page(&public.frontend);
        derived.push(("accounts.activate_url", page.to_string().into()));
        let page = accounts.reset_page(&public.frontend);
        derived.push(("accounts.reset_url", page.to_string().into()));
        derived.push(("server.public_url", public.url.to_string().into()));
        derived.push(("server.frontend_url", public.frontend.to_string().into()));
        derived.push(("sockets.allowed_origins", Value::Array(origins)));
    }
    derived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_derived_key_has_no_default() {
        let config = Config::default();
        let schema = super::super::schema::Schema::of(&config, &[]).expect("it can be written");
        let derived = derived(&config);
        assert_eq!(derived.len(), 6);
        for (key, value) in derived {
            assert!(schema.keys().any(|known| known == (key, &Value::Null)), "{key} = {value}");
        }
    }
}

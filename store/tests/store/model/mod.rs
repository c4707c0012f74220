//! The log against a model of it: the simplest thing that could be right.

mod check;
mod log;
mod step;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use self::check::Checked;
use self::step::{Step, any_step, reaction};

/// Does `steps` to a store and to the model, and compares after each.
fn run(steps: &[Step]) -> TestCaseResult {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut checked = Checked::new().await;
        for step in steps {
            checked.does(step).await?;
        }
        Ok(())
    })
}

fn config(cases: u32) -> ProptestConfig {
    // What fails is printed, as small as it gets; nothing is written beside the sources.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn the_log_does_what_its_model_does(steps in vec(any_step(), 1..24)) {
        run(&steps)?;
    }
}

proptest! {
    #![proptest_config(config(16))]

    /// Enough of it to come to the bound.
    #[test]
    fn reactions_do_what_their_model_does(batches in vec(vec(reaction(), 1..40), 1..8)) {
        let mut steps = vec![Step::first_message()];
        steps.extend(batches.into_iter().map(Step::Batch));
        run(&steps)?;
    }
}

//! Running a scenario, from its flags to its report.

use std::io::Write;
use std::time::Duration;

use load::{Plan, Report};
use serde::Serialize;

use super::common::Common;
use super::findings::Evidence;
use super::progress;
use crate::cli::{CliError, output};
use crate::config::Config;

/// The flags of one scenario.
pub trait Scenario {
    /// What all have.
    fn common(&self) -> &Common;

    /// What is to be done.
    fn plan(&self) -> Plan;

    /// How many sockets there will be at once, in how many rooms, and how long it will take.
    fn extent(&self) -> Extent;

    /// Whether the server asks nobody who they are.
    fn guests(&self) -> bool {
        false
    }
}

/// How large a run is.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub sockets: usize,
    pub rooms: usize,
    pub duration: Duration,
}

/// The report, with what the check found.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// How many promises were found broken; absent, where that wasn't checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings_total: Option<u64>,
    /// The first of them, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<String>>,
}

/// Runs it, and prints what it found. It fails when the check finds something, or the scenario itself does.
pub async fn run(
    scenario: impl Scenario,
    config: &Config,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let (common, plan, extent) = (scenario.common(), scenario.plan(), scenario.extent());
    let evidence = Evidence::begin(common)?;
    let recording = evidence.as_ref().map(Evidence::recording);
    let size = (extent.sockets, extent.duration);
    let setup = common.setup(size, recording, scenario.guests(), config).await?;
    let rooms = setup.room_names(extent.rooms).map_err(CliError::failed)?;

    let running = load::run(plan, setup.clone());
    let ran = progress::beside(running, &setup.counts, extent.duration).await;
    // What the clients' recorders still held is written when they are dropped.
    drop(setup);
    let report = ran.map_err(CliError::failed)?;

    let checked = match evidence {
        Some(evidence) => evidence.check(&rooms, common.check, config).await?,
        None => None,
    };
    if common.json {
        let (findings_total, findings) = checked.as_ref().map_or((None, None), |checked| {
            let findings = checked.findings.iter().map(ToString::to_string).collect();
            (Some(checked.total), Some(findings))
        });
        output::json(out, &Printed { report: &report, findings_total, findings })?;
    } else {
        output::table(out, ["what", "how much"], &report.rows(), false)?;
        if let Some(checked) = &checked {
            writeln!(out, "{checked}")?;
        }
    }
    let mut complaints = report.complaints();
    complaints.extend(checked.filter(|checked| !checked.is_clean()).map(|checked| {
        let promises = if checked.total == 1 { "promise was" } else { "promises were" };
        format!("{} {promises} found broken", checked.total)
    }));
    if complaints.is_empty() { Ok(()) } else { Err(CliError::Failed(complaints.join("\n"))) }
}

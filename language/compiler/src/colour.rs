//! Conversions between colour spaces: which there are, and which lose light. Asked where a call is checked, and once
//! more where a recipe's generic spaces are known.

use crate::database::{Db, colour_space, no_conversion};
use crate::report::{Report, Spot};
use crate::system::{Family, NoConversion};
use crate::types::Space;

/// Which sort of space a name means.
pub(crate) fn family(db: &dyn Db, name: &str) -> Option<Family> {
    match Space::named(name) {
        Some(space) => space.family(),
        None => colour_space(db, db.world(), name.to_owned()),
    }
}

/// As messages call a space.
fn words(name: &str) -> String {
    match Space::named(name) {
        Some(space) => space.to_string(),
        None => format!("Space({name:?})"),
    }
}

/// Says that there is no conversion between two spaces that are known by name.
pub(crate) fn refused(db: &dyn Db, from: &str, to: &str, spot: Spot) -> Option<Report> {
    if from == to {
        return None;
    }
    let data = [from, to].into_iter().find(|name| family(db, name) == Some(Family::Data));
    if let Some(data) = data {
        let message =
            format!("{} is data and no colour: nothing is converted to or from it", words(data));
        return Some(
            Report::error("T0612", message, spot)
                .help("name the space in which the file was written; what is data stays as it is"),
        );
    }
    Some(match no_conversion(db, db.world(), from.to_owned(), to.to_owned())? {
        NoConversion::Table(space) => {
            let message = format!(
                "{} can't be converted exactly: its curve is a table that gives other bits on other machines",
                words(&space)
            );
            Report::error("T0613", message, spot).help(
                "take another space: `ACEScg`, `Space(\"ACEScct\")`, for HDR `Space(\"Rec.2100-PQ - Display\")`, and convert the files with another tool",
            )
        }
        NoConversion::NoWay(why) => {
            let message = format!("{} can't be converted to {}: {why}", words(from), words(to));
            Report::error("T0612", message, spot)
                .help("go through a space that both can be converted to, such as `ACEScg`")
        }
    })
}

/// The warning that light is clipped, if it is: a display space ends at 1, and what comes into it doesn't.
pub(crate) fn clips(from: Option<Family>, to: Option<Family>, spot: Spot) -> Option<Report> {
    let from = match from? {
        Family::Linear => "from scene light into a display space, which ends at 1",
        Family::Log => {
            "from a log space, which holds light above 1, into a display space, which ends at 1"
        }
        Family::Display | Family::Data => return None,
    };
    (to == Some(Family::Display)).then(|| {
        Report::warning("T0325", "light above 1 would be clipped here", spot)
            .saying(from)
            .help("`encode(…)` rolls highlights off instead, and `decode(…)` brings them back")
    })
}

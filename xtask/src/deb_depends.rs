//! Whether the .deb names everything that its program is linked with: each library has to come
//! from a package that apt would install along.

use crate::child;
use crate::failure::{Failure, Outcome};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Compares the libraries of `program` with the packages that `deb` depends on, also indirectly.
pub(crate) fn check(deb: &Path, program: &Path) -> Outcome {
    let field = child::output(
        Command::new("dpkg-deb")
            .arg("--field")
            .arg(deb)
            .arg("Depends"),
    )?;
    let declared = package_names(&field);
    println!("    the .deb depends on {}", declared.join(", "));
    let installed_along = closure(&declared)?;
    let headers = child::output(
        Command::new("objdump")
            .arg("--private-headers")
            .arg(program),
    )?;
    let libraries = needed(&headers);
    if libraries.is_empty() {
        return Err(Failure::new(format!(
            "{} names no library",
            program.display()
        )));
    }
    let mut homeless = Vec::new();
    for library in &libraries {
        let owners = owners(library)?;
        if !owners.iter().any(|owner| installed_along.contains(owner)) {
            homeless.push(format!("{library} ({})", owners.join(", ")));
        }
    }
    if homeless.is_empty() {
        println!(
            "    which bring all {} libraries of the program",
            libraries.len()
        );
        return Ok(());
    }
    Err(Failure::new(format!(
        "the .deb does not bring {}",
        homeless.join(", ")
    )))
}

/// The first alternative of each dependency, without its version.
fn package_names(field: &str) -> Vec<String> {
    field
        .split(',')
        .filter_map(|dependency| dependency.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// The packages and all that they depend on.
fn closure(packages: &[String]) -> Outcome<BTreeSet<String>> {
    let mut command = Command::new("apt-cache");
    command.args([
        "depends",
        "--recurse",
        "--installed",
        "--no-recommends",
        "--no-suggests",
    ]);
    command.args([
        "--no-conflicts",
        "--no-breaks",
        "--no-replaces",
        "--no-enhances",
    ]);
    let listed = child::output(command.args(packages))?;
    Ok(listed
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(str::to_owned)
        .collect())
}

/// The libraries that a program is linked with.
fn needed(headers: &str) -> Vec<String> {
    headers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("NEEDED"))
        .map(|library| library.trim().to_owned())
        .collect()
}

/// The installed packages that hold a library.
fn owners(library: &str) -> Outcome<Vec<String>> {
    let pattern = format!("*/{library}");
    let found = child::output(Command::new("dpkg-query").args(["--search", &pattern]))?;
    Ok(found
        .lines()
        .filter_map(|line| line.split(':').next())
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_headers_are_read() {
        let field = "libwebkit2gtk-4.1-0 (>= 2.40), libgtk-3-0 | libgtk-3-0t64, libc6\n";
        assert_eq!(
            package_names(field),
            ["libwebkit2gtk-4.1-0", "libgtk-3-0", "libc6"]
        );
        let headers = "  NEEDED               libgtk-3.so.0\n  SONAME  x\n  NEEDED  libc.so.6\n";
        assert_eq!(needed(headers), ["libgtk-3.so.0", "libc.so.6"]);
    }
}

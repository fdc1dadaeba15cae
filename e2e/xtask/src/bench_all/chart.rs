//! Plots of a run: for each benchmark a picture of bars, one for each figure, on a scale of its unit.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::figure::{Figure, Figures, picture_name};
use super::report::value;

const ROW: usize = 26;
const LABELS: usize = 400;
const BARS: f64 = 320.0;
const WIDTH: usize = 860;

/// Writes one picture for each benchmark, named after it.
///
/// # Errors
/// Where a file cannot be written.
pub(super) fn write_all(run: &Figures, folder: &Path) -> io::Result<()> {
    run.groups
        .iter()
        .try_for_each(|(group, figures)| fs::write(folder.join(picture_name(group)), picture(figures)))
}

fn picture(figures: &[Figure]) -> String {
    let height = ROW * figures.len() + 8;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (index, figure) in figures.iter().enumerate() {
        svg.push_str(&bar(index, figure, largest(figures, &figure.unit)));
    }
    svg + "</svg>\n"
}

/// Of one unit: the end of its scale.
fn largest(figures: &[Figure], unit: &str) -> f64 {
    figures.iter().filter(|figure| figure.unit == unit).map(|figure| figure.value).fold(0.0, f64::max)
}

fn bar(index: usize, figure: &Figure, largest: f64) -> String {
    let (top, width) = (index * ROW + 6, figure.value / largest * BARS);
    let (middle, end) = (top + 14, LABELS as f64 + width + 8.0);
    let color = if figure.reaches_its_goal() { "#24573f" } else { "#b3402a" };
    let name = figure.name.replace('&', "&amp;").replace('<', "&lt;");
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{name}</text>\n\
         <rect x=\"{LABELS}\" y=\"{top}\" width=\"{width:.1}\" height=\"18\" fill=\"{color}\"/>\n\
         <text x=\"{end:.1}\" y=\"{middle}\">{}</text>\n",
        LABELS - 8,
        value(figure),
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_bar_of_a_unit_fills_the_scale_and_names_are_escaped() {
        let figures = [Figure::bytes("a < b", 200, 300), Figure::bytes("c", 100, 50)];
        let svg = picture(&figures);
        for part in
            ["a &lt; b", "width=\"320.0\"", "width=\"160.0\" height=\"18\" fill=\"#b3402a\"", "100.000 bytes"]
        {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }
}

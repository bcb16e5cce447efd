//! A plain table: a head, rows, columns as wide as they must be, and no line wider than the terminal.

use super::layout;

/// No column of text is made narrower.
const LEAST: usize = 10;

/// Lays out the rows under the head; the columns named in `right` are aligned to the right. Where the table would be
/// wider than `width`, the widest columns of text are wrapped.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>], right: &[usize], width: usize) -> Vec<String> {
    let head: Vec<String> = head.iter().map(|&word| word.to_owned()).collect();
    let widths = widths(&head, rows, right, width);
    let rule = widths.iter().map(|&width| "─".repeat(width)).collect::<Vec<_>>().join("  ");
    let mut lines = lay(&head, &widths, right);
    lines.push(rule);
    lines.extend(rows.iter().flat_map(|row| lay(row, &widths, right)));
    lines
}

fn widths(head: &[String], rows: &[Vec<String>], right: &[usize], width: usize) -> Vec<usize> {
    let wide = |column: usize| {
        let cells = rows.iter().map(Vec::as_slice).chain([head]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..head.len()).map(wide).collect();
    let between = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + between > width {
        let text = widths.iter_mut().enumerate().filter(|(column, _)| !right.contains(column));
        match text.map(|(_, width)| width).max() {
            Some(widest) if *widest > LEAST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// A row on as many lines as its tallest cell.
fn lay(row: &[String], widths: &[usize], right: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, &width)| layout::wrapped(cell, width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let mut line = String::new();
        for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
            let cell = cell.get(number).map_or("", String::as_str);
            let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
            line.push_str(if column == 0 { "" } else { "  " });
            if right.contains(&column) {
                line.extend([pad.as_str(), cell]);
            } else {
                line.extend([cell, pad.as_str()]);
            }
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    fn rows(cells: &[[&str; 2]]) -> Vec<Vec<String>> {
        cells.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let lines = table(&["x", "n"], &rows(&[["a", "10"], ["élan", "9"]]), &[1], 80);
        assert_eq!(lines, ["x      n", "────  ──", "a     10", "élan   9"]);
    }

    #[test]
    fn the_widest_text_is_wrapped_where_the_terminal_is_narrower() {
        let lines = table(&["text", "n"], &rows(&[["one two three four", "1234567"]]), &[1], 22);
        assert_eq!(
            lines,
            ["text                 n", "─────────────  ───────", "one two three  1234567", "four"]
        );
    }
}

//! A plain table: a head, rows, columns as wide as they must be.

/// Lays out the rows under the head; the columns named in `right` are aligned to the right.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let head: Vec<String> = head.iter().map(|&word| word.to_owned()).collect();
    let wide = |column: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(wide).collect();
    let lay = |row: &Vec<String>| {
        let mut line = String::new();
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
            let cell = if right.contains(&column) { pad + cell } else { cell.clone() + &pad };
            line.push_str(if column == 0 { "" } else { "  " });
            line.push_str(&cell);
        }
        line.trim_end().to_owned()
    };
    let rule = widths.iter().map(|&width| "─".repeat(width)).collect::<Vec<_>>().join("  ");
    [lay(&head), rule].into_iter().chain(rows.iter().map(lay)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".to_owned(), "10".to_owned()], vec!["élan".to_owned(), "9".to_owned()]];
        let lines = super::table(&["x", "n"], &rows, &[1]);
        assert_eq!(lines, ["x      n", "────  ──", "a     10", "élan   9"]);
    }
}

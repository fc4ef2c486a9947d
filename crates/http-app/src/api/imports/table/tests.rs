use super::*;

const HEADER: &str = "email,first_name,last_name,location,user_type,role";

/// What is read of a table that arrives in parts of so many bytes.
fn read_in_parts(table: &[u8], size: usize) -> Result<Vec<Read>, Problems> {
    let (mut reader, mut rows) = (Table::default(), Vec::new());
    for part in table.chunks(size) {
        reader.read(part, &mut rows)?;
    }
    reader.finish(&mut rows)?;
    Ok(rows)
}

/// The same, however it arrives.
#[track_caller]
fn read(table: impl AsRef<[u8]>) -> Result<Vec<Read>, Problems> {
    let table = table.as_ref();
    let whole = read_in_parts(table, usize::MAX);
    for size in [1, 2, 3, 7] {
        assert_eq!(read_in_parts(table, size), whole, "in parts of {size}");
    }
    whole
}

fn row(line: u32, email: &str, first_name: &str) -> Read {
    Read::Row(ImportRow::new(line, [email, first_name, "Lovelace", "", "", "", "", ""]))
}

#[track_caller]
fn code_of(table: impl AsRef<[u8]>) -> Vec<(String, &'static str)> {
    let problems = read(table).expect_err("the table has a fault").0;
    problems.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
}

#[track_caller]
fn faulty_lines(table: impl AsRef<[u8]>) -> Vec<(u32, &'static str)> {
    let faulty = read(table).unwrap().into_iter().filter_map(|read| match read {
        Read::Faulty(line, problems) => Some((line, problems.0[0].code)),
        Read::Row(_) => None,
    });
    faulty.collect()
}

#[test]
fn every_way_to_write_a_table_reads_the_same() {
    let expected = [row(2, "ada@a.example", "Ada"), row(3, "bob@a.example", "Bob")];
    let plain = format!("{HEADER}\nada@a.example,Ada,Lovelace,,,\nbob@a.example,Bob,Lovelace,,,\n");
    let semicolons = plain.replace(',', ";");
    for table in [&plain, &semicolons] {
        for table in [table.clone(), table.replace('\n', "\r\n"), table.replace('\n', "\r")] {
            assert_eq!(read(&table).unwrap(), expected, "{table:?}");
            assert_eq!(read(format!("\u{FEFF}{table}")).unwrap(), expected);
            assert_eq!(read(table.trim_end()).unwrap(), expected);
        }
    }
    let quoted = plain.replace("Ada", "\"Ada\"").replace("email", "\"email\"");
    assert_eq!(read(quoted).unwrap(), expected);
    let spaced = plain.replace("Ada", "  Ada ").replace("role", " role ");
    assert_eq!(read(spaced).unwrap(), expected);
}

#[test]
fn columns_stand_in_any_order() {
    let table = "name_id,role,last_name,user_type,email,connection,first_name,location\n\
                 00u1,clerk,Lovelace,employee,ada@a.example,okta,Ada,Berlin\n";
    let values = ["ada@a.example", "Ada", "Lovelace", "Berlin", "employee", "clerk", "okta", "00u1"];
    assert_eq!(read(table).unwrap(), [Read::Row(ImportRow::new(2, values))]);
}

#[test]
fn a_row_has_the_line_on_which_it_begins() {
    let table = format!(
        "\n{HEADER}\r\n\r\nada@a.example,\"A\r\nd\na\",Lovelace,,,\r\n\r\n,,,,,\r\nbob@a.example,\"B\"\"ob\"\"\",Lovelace,,,"
    );
    assert_eq!(
        read(table).unwrap(),
        [row(4, "ada@a.example", "A\r\nd\na"), row(9, "bob@a.example", "B\"ob\"")]
    );
}

#[test]
fn a_header_says_all_that_is_wrong_with_it() {
    let header = "email,Email,first_name,email,location,a/b~c,name_id\n";
    let mut faults = code_of(header);
    faults.sort();
    let expected = [
        ("/Email", "unknown_column"),
        ("/a~1b~0c", "unknown_column"),
        ("/connection", "required"),
        ("/email", "duplicate"),
        ("/last_name", "required"),
        ("/role", "required"),
        ("/user_type", "required"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn a_table_without_a_header_is_none() {
    let none = [(String::new(), "no_header")];
    for empty in ["", "\n", "\r\n\r\n", "\u{FEFF}"] {
        assert_eq!(code_of(empty), none, "{empty:?}");
    }
    assert_eq!(code_of(vec![b'a'; MOST_HEADER + 1]), none);
    assert_eq!(code_of(format!("\"{}\"\n", "a,".repeat(MOST_ROW))), none);
    assert_eq!(read(HEADER).unwrap(), []);
}

#[test]
fn broken_quotes_refuse_the_table() {
    for value in ["A\"da", "\"Ada", "\"A\"da\"", "\"Ada\" ", " \"Ada\"", "\"Ada\"\""] {
        let table = format!("{HEADER}\nada@a.example,{value},Lovelace,,,\nbob@a.example,Bob,Lovelace,,,\n");
        assert_eq!(code_of(table), [(String::new(), "broken_quotes")], "{value}");
    }
}

#[test]
fn what_is_not_utf8_refuses_the_table() {
    let latin = [HEADER.as_bytes(), b"\nada@a.example,Zo\xEB,Lovelace,,,\n"].concat();
    assert_eq!(code_of(latin), [(String::new(), "not_utf8")]);
    // Half of a character in each of two values is not one in both.
    let halves = [HEADER.as_bytes(), b"\nada@a.example,Zo\xC3,\xABLovelace,,,\n"].concat();
    assert_eq!(code_of(halves), [(String::new(), "not_utf8")]);
    let utf16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read([b"\xFF\xFE", &utf16[..], b"\n\0"].concat()).is_err());
}

#[test]
fn a_row_with_more_or_fewer_values_is_refused_alone() {
    let table = format!("{HEADER}\na,b\nada@a.example,Ada,Lovelace,,,\na,b,c,d,e,f,g\n");
    assert_eq!(faulty_lines(&table), [(2, "wrong_number_of_columns"), (4, "wrong_number_of_columns")]);
    assert!(read(table).unwrap().contains(&row(3, "ada@a.example", "Ada")));
}

#[test]
fn a_row_that_is_too_long_is_refused_alone() {
    let long = "x".repeat(3 * MOST_ROW);
    let many = ",".repeat(5 * MOST_COLUMNS);
    let table =
        format!("{HEADER}\na,{long},c,,,\n{many}\nada@a.example,Ada,Lovelace,,,\na,\"{long}\n\",c,,,");
    let whole = read_in_parts(table.as_bytes(), usize::MAX).unwrap();
    assert_eq!(read_in_parts(table.as_bytes(), 1_000).unwrap(), whole);
    assert_eq!(faulty_lines(table), [(2, "too_long"), (3, "too_long"), (5, "too_long")]);
    assert!(whole.contains(&row(4, "ada@a.example", "Ada")));
}

"""Ordinary dirt: tables as people have them, each read as its owner means it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
import xlsxwriter

from scheduler.errors import Invalid
from scheduler.imports.sheets import read_sheet
from tests.imports.tables import (
    ADA,
    HEADINGS,
    ods,
    ods_row,
    people_in,
    people_in_text,
    said,
    sheet_of,
    workbook,
    xlsx_of_xml,
)

NEEDED = "Name;Mail;Organisation;Type"
ROW = "Ada Lee;ada@example.org;Acme;City"
PLAIN = ("Ada Lee", "ada@example.org", "Acme", "City", "", "")
FULL = ";".join(HEADINGS) + "\n" + ";".join(ADA)


@pytest.mark.parametrize(
    "content",
    [
        FULL.encode(),
        FULL.encode("utf-8-sig"),
        b"\xef\xbb\xbf\xef\xbb\xbf" + FULL.encode(),
        FULL.encode("utf-16"),
        FULL.encode("utf-16-le"),
        FULL.encode("utf-16-be"),
        b"\xfe\xff" + FULL.encode("utf-16-be"),
        FULL.encode("utf-32"),
        FULL.replace(";", "\t").encode(),
        FULL.replace(";", ",").encode(),
        FULL.replace(";", "|").encode(),
        FULL.replace(";", " ; ").encode(),
        FULL.replace("\n", "\r\n").encode(),
        FULL.replace("\n", "\r").encode(),
        FULL.replace("\n", "\r\r\n").encode(),
        ("\n\n;;\n" + FULL + "\n\n;;;;;;;\n").encode(),
        ("sep=,\n" + FULL.replace(";", ",")).encode(),
        ("SEP=|\r\n" + FULL.replace(";", "|").replace("\n", "\r\n")).encode(),
        ('"sep=;"\n' + FULL).encode("utf-16"),
        ('"' + FULL.replace(";", '";"').replace("\n", '"\n"') + '"').encode(),
        ('"' + FULL.replace(";", '", "').replace("\n", '"\n"') + '"').encode(),
        # Saved twice: each line quoted as a whole.
        "\n".join(f'"{row}"' for row in FULL.replace(";", ",").split("\n")).encode(),
        ("Participants of the fair 2023;;;;;\nas of 1 November, without guests\n\n" + FULL).encode(),
        (FULL + "\n" + ";".join(HEADINGS)).encode(),
        FULL.replace("Ada Lee", "\u00a0Ada\u00a0Lee ").replace("Acme", " Acme\u3000").encode(),
        FULL.replace("ada@", "ADA@").replace("ADA@example.org", "mailto:ada@example.org").encode(),
        FULL.replace("ada@example.org", "Ada Lee <ada@example.org>").encode(),
        FULL.replace("ada@example.org", "\u202aada@example.org\u202c;").replace("\u202c;;", "\u202c;").encode(),
        FULL.replace("Ada Lee", '="Ada Lee"').encode(),
        FULL.replace("Name", "Name *").replace("Mail", "E-Mail:").replace("Type", "Type [see list]").encode(),
        FULL.replace("Organisation", '"Company /\nOrganisation"').replace("Position", '"Job\r\ntitle"').encode(),
        FULL.replace("Name", "NAME (required)").replace("Country", "Country (ISO)").encode(),
    ],
    ids=[
        *("utf-8", "BOM", "BOM twice", "utf-16", "utf-16-le bare", "utf-16-be bare", "utf-16-be", "utf-32"),
        *("tabs", "commas", "pipes", "padded", "CRLF", "old Mac", "CR CR LF", "blank around", "sep comma", "SEP pipe"),
        *("quoted sep in utf-16", "all quoted", "quoted with blanks", "saved twice", "title rows"),
        *("headings repeated", "no-break spaces", "mailto", "name and address", "bidi marks", "formula text"),
        *("marks", "line breaks in headings", "asides"),
    ],
)  # fmt: skip
def test_one_person_in_many_dialects(content: bytes) -> None:
    assert [said(row) for row in people_in(content).rows] == [ADA]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Zoë Núñez €"),
        ("cp1252", "Österreichische Post"),
        ("iso-8859-1", "Jörg Müller"),
        ("cp1252", "François d’Été"),
        ("cp1250", "Iga Świątek"),
        ("cp1250", "Łukasz Żak"),
        ("cp1250", "Jiří Šťastný"),
        ("cp1251", "Анна Иванова"),
        ("cp1253", "Γιώργος Παπάς"),
    ],
)
def test_letters_of_old_files_are_read(encoding: str, name: str) -> None:
    content = f"{NEEDED}\n{ROW.replace('Ada Lee', name)}".encode(encoding)
    assert people_in(content).rows[0].name == name


def test_old_macs_had_letters_and_line_ends_of_their_own() -> None:
    content = f"{NEEDED}\r{ROW.replace('Ada Lee', 'Zoë Núñez')}\r".encode("mac_roman")
    assert people_in(content).rows[0].name == "Zoë Núñez"


def test_one_damaged_letter_does_not_spoil_the_others() -> None:
    names = ["Zoë Núñez", "Jörg Müller", "Åsa Öberg"]
    content = NEEDED.encode() + b"".join(
        f"\n{name};a{n}@example.org;Acme;City".encode() for n, name in enumerate(names)
    )
    content += b"\nBj\xf6rn;b@example.org;Acme;City"
    assert [row.name for row in people_in(content).rows][:3] == names


def test_seven_hundred_rows_of_ordinary_dirt_are_read() -> None:
    people = [
        (f"Ada {n} Lee", f"ada{n}@example.org", f"Acme {n % 50}", "City", "CEO", "ES") for n in range(700)
    ]
    dirt: list[Callable[[str, str, str, str, str, str], tuple[str, ...]]] = [
        lambda name, mail, *rest: (f"  {name} ", f" {mail}\u00a0", *rest),
        lambda name, mail, *rest: (name.replace(" ", "\u00a0"), mail.upper(), *rest),
        lambda name, mail, *rest: (name, f"mailto:{mail}", *rest),
        lambda name, mail, *rest: (name, f"{name} <{mail}>", *rest),
        lambda name, mail, *rest: (name, f"\u200b{mail};", *rest),
        lambda name, mail, organisation, *rest: (name, mail, f"{organisation}\n", *rest),
        lambda name, mail, organisation, kind, *rest: (name, mail, organisation, f" {kind.upper()}\t", *rest),
        lambda *cells: (*cells[:4], "n/a", " spain "),
        lambda *cells: (*cells[:5], "España"),
        lambda *cells: (*cells[:5], ""),
    ]
    rows = [("Guests",), (), (*HEADINGS, "Phone"), ()]
    rows += [(*dirt[n % len(dirt)](*person), "34911234567") for n, person in enumerate(people)]
    found = people_in(sheet_of(rows)).rows

    assert [row.name for row in found] == [person[0] for person in people]
    assert [row.email.casefold() for row in found] == [person[1] for person in people]
    assert [row.organisation for row in found] == [person[2] for person in people]
    assert {row.type.casefold() for row in found} == {"city"}
    assert [row.number for row in found] == list(range(5, 705))


def test_quoted_line_breaks_make_no_rows() -> None:
    rows = people_in_text(
        f'{NEEDED};Remarks\nAda Lee;ada@example.org;"Acme\nEurope";City;"one\n\ntwo"\nBo Li;bo@example.org;Acme;City;\n'
    )
    assert [(row.number, row.organisation) for row in rows] == [(2, "Acme Europe"), (3, "Acme")]


def test_quotation_mark_that_never_closes_swallows_nobody() -> None:
    rows = "".join(f"\nP{n};p{n}@example.org;Acme;City" for n in range(80))
    people = people_in_text(f'{NEEDED}\n"Ada Lee;ada@example.org;Acme;City{rows}')
    assert [row.name for row in people][:2] == ["Ada Lee", "P0"]
    assert len(people) == 81


def test_quotation_marks_within_a_name_stay() -> None:
    (row,) = people_in_text(f'{NEEDED}\nAda "Countess" Lee;ada@example.org;Acme;City')
    assert row.name == 'Ada "Countess" Lee'


def test_two_hundred_columns_are_read() -> None:
    headings = (*(f"Question {n}" for n in range(196)), "Name", "Mail", "Organisation", "Type")
    rows = (headings, (*("yes",) * 196, "Ada Lee", "ada@example.org", "Acme", "City"))
    (row,) = people_in(sheet_of(rows)).rows
    assert said(row) == PLAIN
    assert row.cells["email"] == "GP2"


def test_empty_headings_between_columns_do_no_harm() -> None:
    (row,) = people_in_text(";Name;;Mail;;Organisation;;Type;\n1;Ada Lee;;ada@example.org;;Acme;;City;x")
    assert said(row) == PLAIN


def test_table_that_begins_far_right_and_below_is_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(9, 5, HEADINGS)
        sheet.write_row(12, 5, ADA)

    (row,) = people_in(workbook(fill)).rows
    assert said(row) == ADA
    assert (row.number, row.cells["email"]) == (13, "G13")


def test_numbers_and_dates_are_written_as_people_see_them() -> None:
    rows = (HEADINGS, ("Ada Lee", "ada@example.org", 4711.0, "City", True, "Spain"))
    (row,) = people_in(sheet_of(rows)).rows
    assert (row.organisation, row.job_title) == ("4711", "True")


def test_dates_beside_the_people_do_no_harm() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, (*HEADINGS, "Arrival"))
        sheet.write_row(1, 0, ADA)
        sheet.write_datetime(1, 6, datetime.date(2023, 11, 7), book.add_format({"num_format": "d/m/yy"}))

    assert said(people_in(workbook(fill)).rows[0]) == ADA


def test_formulas_are_read_by_their_results() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ADA)
        sheet.write_formula("B2", '=LOWER("ADA")&"@example.org"', None, "ada@example.org")
        sheet.write_formula("E2", "=NA()", None, "#N/A")

    assert said(people_in(workbook(fill)).rows[0]) == (*ADA[:4], "", "Spain")


def test_company_beside_three_people_is_that_of_each() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Name", "Mail", "Organisation", "Type"))
        for number in range(1, 4):
            sheet.write_row(number, 0, (f"P{number}", f"p{number}@example.org", "", "City"))
        sheet.merge_range(1, 2, 3, 2, "Acme")

    assert [row.organisation for row in people_in(workbook(fill)).rows] == ["Acme"] * 3


def test_heading_of_two_lines_parts_the_name() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for column, heading in ((2, "Mail"), (3, "Organisation"), (4, "Type")):
            sheet.merge_range(0, column, 1, column, heading)
        sheet.merge_range(0, 0, 0, 1, "Participant")
        sheet.write_row(1, 0, ("Last name", "First name"))
        sheet.write_row(2, 0, ("Lee", "Ada", "ada@example.org", "Acme", "City"))

    (row,) = people_in(workbook(fill)).rows
    assert said(row) == PLAIN
    assert row.number == 3


def test_title_over_all_columns_is_no_heading() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "Participant")
        sheet.write_row(2, 0, HEADINGS)
        sheet.write_row(3, 0, ADA)

    assert [said(row) for row in people_in(workbook(fill)).rows] == [ADA]


@pytest.mark.parametrize("hidden", ["hide", "very_hidden"])
def test_hidden_sheets_are_not_read(hidden: str) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        old, new = book.add_worksheet("old"), book.add_worksheet("new")
        for sheet, name in ((old, "Gone"), (new, "Ada Lee")):
            sheet.write_row(0, 0, HEADINGS)
            sheet.write_row(1, 0, (name, *ADA[1:]))
        getattr(old, hidden)()
        new.activate()
        new.set_first_sheet()

    assert [row.name for row in people_in(workbook(fill)).rows] == ["Ada Lee"]


def test_workbook_whose_sheets_are_all_empty_is_told() -> None:
    with pytest.raises(Invalid, match="holds no row"):
        people_in(workbook(lambda book: book.add_worksheet()))


def test_sheet_of_people_is_found_behind_one_of_instructions() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Read me").write_row(0, 0, ("Fill in the next sheet. Name and mail are needed.",))
        book.add_worksheet("Lists").write_column(0, 0, ("City", "Supplier"))
        people = book.add_worksheet("People")
        people.write_row(0, 0, HEADINGS)
        people.write_row(1, 0, ADA)

    assert [said(row) for row in people_in(workbook(fill)).rows] == [ADA]


def test_text_in_the_cells_themselves_is_read() -> None:
    def cells(*values: str) -> str:
        return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)

    sheet = f"<row>{cells(*HEADINGS)}</row><row>{cells(*ADA)}</row>"
    assert [said(row) for row in people_in(xlsx_of_xml(sheet)).rows] == [ADA]


def test_sheet_of_openoffice_goes_on_to_its_last_row() -> None:
    content = ods(
        ods_row(*HEADINGS, empty=16378),
        ods_row(*ADA, empty=16378),
        ods_row(empty=16384, repeated=1048573),
        ods_row("", empty=16383),
    )
    assert [said(row) for row in people_in(content).rows] == [ADA]


def test_rows_that_stand_once_in_the_file_and_twice_in_the_sheet() -> None:
    rows = people_in(ods(ods_row(*HEADINGS), ods_row(empty=6, repeated=7), ods_row(*ADA, repeated=2))).rows
    assert [row.number for row in rows] == [9, 10]


def test_column_of_addresses_is_known_without_its_heading() -> None:
    rows = people_in_text(f"Name;Contact details;Organisation;Type\n{ROW}\nBo;bo@example.org;Acme;City")
    assert [row.email for row in rows] == ["ada@example.org", "bo@example.org"]


@pytest.mark.parametrize(
    "headings",
    [
        "Your name;Your e-mail address please;Name of your organisation;Type of participant",
        "Contact person;Mail (business);Company;Participant type",
        "Teilnehmer;E-Mail-Adresse;Unternehmen;Kategorie",
        "Participante;Correo electrónico;Empresa;Tipo",
        "Nom complet;Courriel;Organisme;Catégorie",
        "Nome e cognome;Indirizzo e-mail;Azienda;Tipo",
        "Naam;E-mailadres;Bedrijf;Soort",
        "ФИО;Электронная почта;Организация;Тип",
        "姓名;邮箱;公司;类型",
        "Vor- und Zuname;E-Mailadresse;Organisation/Firma;Teilnehmertyp",
        "Imię i nazwisko;E-mail;Instytucja;Rodzaj",
        "Ім'я та прізвище;Електронна пошта;Компанія;Тип",
        "الاسم;البريد الإلكتروني;الشركة;النوع",
        "氏名;メールアドレス;会社名;種別",
        "Họ và tên;Email;Công ty;Loại",
        "Name / Nom;Email / Courriel;Organisation / Organisme;Type / Type",
        "Nombre (Name);Correo (E-mail);Entidad (Organisation);Tipo (Type)",
        "fullName;emailAddress;companyName;participantType",
        "What is your full name?;Please enter your e-mail;Which company do you represent?;Type of company",
    ],
)
def test_headings_of_many_hands_are_known(headings: str) -> None:
    assert said(people_in_text(f"{headings}\n{ROW}")[0]) == PLAIN


def test_rows_of_totals_and_notes_keep_their_numbers() -> None:
    rows = people_in_text(f"{NEEDED}\nCities;;;\n{ROW}\n;;;;\nTotal: 1;;;\n;;;;not confirmed")
    assert [(row.number, row.name) for row in rows] == [(2, "Cities"), (3, "Ada Lee"), (5, "Total: 1")]


@pytest.mark.parametrize(
    "table",
    [
        "Nom / Last name;Prénom / First name;Mail;Organisation;Type\nLee;Ada;ada@example.org;Acme;City",
        "Attendee #;First Name;Last Name;Email;Company;Ticket Type\n2;Ada;Lee;ada@example.org;Acme;City",
        "ID;Email;Name;Your e-mail;Full name;Company name;Type\n1;anonymous;;ada@example.org;Ada Lee;Acme;City",
        "Participant;Organisation;Type\nAda Lee <ada@example.org>;Acme;City",
        "Contact;;Company;\nName;E-mail;Name;Type\nAda Lee;ada@example.org;Acme;City",
        "| Name | Mail | Organisation | Type |\n|---|:--|---|--:|\n| Ada Lee | ada@example.org | Acme | City |",
        "Name     Mail             Organisation  Type\nAda Lee  ada@example.org  Acme          City",
        "Name^Mail^Organisation^Type\nAda Lee^ada@example.org^Acme^City",
        "Name；Mail；Organisation；Type\nAda Lee；ada@example.org；Acme；City",
        "'Name','Mail','Organisation','Type'\n'Ada Lee','ada@example.org','Acme','City'",
        "“Name”,“Mail”,“Organisation”,“Type”\n“Ada Lee”,“ada@example.org”,“Acme”,“City”",
        "Name;Mail;Organisation;Type\u2028Ada Lee;ada@example.org;Acme;City",
    ],
)
def test_tables_of_other_programs_are_read(table: str) -> None:
    assert [said(row) for row in people_in_text(table)] == [PLAIN]


def test_quotation_marks_may_be_escaped_as_databases_do() -> None:
    (row,) = people_in_text(
        'Name,Mail,Organisation,Type\n"Ada \\"A.\\" Lee",ada@example.org,"Acme, Inc.",City'
    )
    assert (row.name, row.organisation) == ('Ada "A." Lee', "Acme, Inc.")


def test_parts_of_names_are_put_together() -> None:
    dutch = "Voornaam;Tussenvoegsel;Achternaam;E-mail;Organisatie;Type\nAda;van;Lee;ada@example.org;Acme;City"
    halves = "Nombre;Apellido 1;Apellido 2;Email;Empresa;Tipo\nAda;Lee;Byron;ada@example.org;Acme;City"
    second = (
        "Nombre;Primer apellido;Segundo apellido;Email;Empresa;Tipo\nAda;Lee;Byron;ada@example.org;Acme;City"
    )
    assert people_in_text(dutch)[0].name == "Ada van Lee"
    assert [people_in_text(table)[0].name for table in (halves, second)] == ["Ada Lee Byron"] * 2


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp850", "Jörg Müller"), ("cp1254", "Ayşe İnce Işıl"), ("cp1252", "Þór Jónsson")]
)
def test_letters_of_dos_and_turkish_are_read(encoding: str, name: str) -> None:
    assert people_in(f"{NEEDED}\n{ROW.replace('Ada Lee', name)}".encode(encoding)).rows[0].name == name


def test_letters_that_were_stored_twice_are_read_and_called_a_guess() -> None:
    content = f"{NEEDED}\n{ROW.replace('Ada Lee', 'Zoë Núñez')}".encode().decode("cp1252").encode()
    assert people_in(content).rows[0].name == "Zoë Núñez"
    assert read_sheet(content).guessed

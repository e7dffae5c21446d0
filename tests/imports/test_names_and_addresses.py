"""Names whatever their parts are called, positions beside titles, addresses within what people write around them."""

from __future__ import annotations

import pytest

from scheduler.imports.people import address_in
from tests.imports.tables import people_in_text

NEEDED = "Name;Mail;Organisation;Type"
ROW = "Ada Lee;ada@example.org;Acme;City"


@pytest.mark.parametrize(
    ("headings", "values", "name"),
    [
        ("Name;Surname", "Ada;Lee", "Ada Lee"),
        ("Name;First name", "Lee;Ada", "Ada Lee"),
        ("Name;First name", "Ada Lee;Ada", "Ada Lee"),
        ("First name;Last name", "Ada;Lee", "Ada Lee"),
        ("Last name;First name", "Lee;Ada", "Ada Lee"),
        ("Last name;First name;Full name", "Lee;Ada;Dr Ada Lee", "Dr Ada Lee"),
        ("First name;Middle name;Last name", "Ada;M.;Lee", "Ada M. Lee"),
        ("Given name(s);Family Name", "Ada;Lee", "Ada Lee"),
        ("Name;Vorname", "Müller;Jörg", "Jörg Müller"),
        ("Nachname;Vorname", "Müller;Jörg", "Jörg Müller"),
        ("Name, Vorname", "Müller, Jörg", "Jörg Müller"),
        ("Nom;Prénom", "Dupont;Zoé", "Zoé Dupont"),
        ("NOM;PRENOM", "DUPONT;Zoé", "Zoé DUPONT"),
        ("Nom de famille;Prénom(s)", "Dupont;Zoé", "Zoé Dupont"),
        ("Nombre;Apellidos", "José;García Núñez", "José García Núñez"),
        ("Nom;Cognoms", "Jordi;Puig", "Jordi Puig"),
        ("Nome;Cognome", "Ada;Rossi", "Ada Rossi"),
        ("Cognome;Nome", "Rossi;Ada", "Ada Rossi"),
        ("Nome;Apelido", "Ada;Sousa", "Ada Sousa"),
        ("Voornaam;Achternaam", "Ada;de Vries", "Ada de Vries"),
        ("Imię;Nazwisko", "Ada;Świątek", "Ada Świątek"),
        ("Imię i nazwisko", "Ada Świątek", "Ada Świątek"),
        ("Förnamn;Efternamn", "Åsa;Öberg", "Åsa Öberg"),
        ("Jméno;Příjmení", "Ada;Nováková", "Ada Nováková"),
        ("Adı;Soyadı", "Işıl;Çelik", "Işıl Çelik"),
        ("Etunimi;Sukunimi", "Aino;Virtanen", "Aino Virtanen"),
        ("Имя;Фамилия", "Анна;Иванова", "Анна Иванова"),
        ("Όνομα;Επώνυμο", "Άννα;Παππά", "Άννα Παππά"),
        ("Name;", "Ada;Lee", "Ada Lee"),
        ("Full Name (first, middle, last)", "Ada M. Lee", "Ada M. Lee"),
        ("Name", "Lee, Ada", "Ada Lee"),
        ("Name", "Ada Lee, PhD", "Ada Lee, PhD"),
        ("Title;First name;Last name", "Dr;Ada;Lee", "Ada Lee"),
    ],
)
def test_names_are_whole_in_every_language(headings: str, values: str, name: str) -> None:
    (row,) = people_in_text(f"{headings};Mail;Organisation;Type\n{values};ada@example.org;Acme;City")
    assert row.name == name


@pytest.mark.parametrize(
    ("headings", "values", "job"),
    [
        ("Title;Job title", "Dr;Mayor", "Mayor"),
        ("Job title;Title", "Mayor;Dr", "Mayor"),
        ("Title", "Mayor", "Mayor"),
        ("Title", "Dr.", ""),
        ("Title", "Prof. Dr.", ""),
        ("Position", "-", ""),
        ("Position", "n/a", ""),
        ("Funktion", "Leiter", "Leiter"),
        ("Intitulé du poste", "Maire", "Maire"),
    ],
)
def test_position_is_told_from_titles(headings: str, values: str, job: str) -> None:
    (row,) = people_in_text(f"{NEEDED};{headings}\n{ROW};{values}")
    assert row.job_title == job


@pytest.mark.parametrize(
    ("text", "address", "others"),
    [
        ("ada@example.org", "ada@example.org", ()),
        ("<ada@example.org>", "ada@example.org", ()),
        ("Lee, Ada <ada@example.org>", "ada@example.org", ()),
        ("Ada Lee (ada@example.org)", "ada@example.org", ()),
        ("mailto:ada@example.org?subject=Hi", "ada@example.org", ()),
        ("ada@example.org mailto:ada@example.org", "ada@example.org", ()),
        ("a@example.org; b@example.org", "a@example.org", ("b@example.org",)),
        ("a@example.org / b@example.org", "a@example.org", ("b@example.org",)),
        ("a@example.org or b@example.org", "a@example.org", ("b@example.org",)),
        ("ada@example.org,", "ada@example.org", ()),
        ("ada＠example.org", "ada@example.org", ()),
        ("'ada@example.org'", "ada@example.org", ()),
        # A blank within it: to guess would write to somebody else.
        ("ada lee@example.org", "ada lee@example.org", ()),
        ("ada(at)example.org", "ada(at)example.org", ()),
        ("", "", ()),
        ("-", "-", ()),
    ],
)
def test_address_is_found_within_what_people_write_around_it(
    text: str, address: str, others: tuple[str, ...]
) -> None:
    assert address_in(text) == (address, others)

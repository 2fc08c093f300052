"""``python3 -m guestbook.migrate`` prepares the database and ends. Running it again changes nothing."""

from guestbook import settings as settings_module
from guestbook.notes import Notes


def main() -> None:
    settings = settings_module.from_environment()
    notes = Notes(settings.database_url)
    notes.create_table()
    added = notes.add_demo_notes(settings.demo_notes)
    print(f"The table of notes is ready; demo notes added: {added}.")


if __name__ == "__main__":
    main()

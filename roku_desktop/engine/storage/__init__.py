"""Everything that lasts: one SQLite file under ROKU_HOME, behind the port `Store`.

`store.SqliteStore` is the name others use. peewee is touched in this room and nowhere else; importing
the package alone brings neither it nor SQLite.
"""

"""Standard addresses: streets by community, houses and what is in them, other names."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("street", "address", "division_alias")


def upgrade() -> None:
    op.execute(
        """CREATE TABLE street (
            street_id bigserial NOT NULL,
            community_code text NOT NULL,
            name text NOT NULL,
            CONSTRAINT street_pkey PRIMARY KEY (street_id),
            CONSTRAINT street_community_code_name_key UNIQUE (community_code, name),
            CONSTRAINT street_community_code_fkey
                FOREIGN KEY (community_code) REFERENCES division (code))"""
    )
    op.execute(
        """CREATE TABLE address (
            address_id bigserial NOT NULL,
            code text NOT NULL,
            street_id bigint NOT NULL,
            number text NOT NULL,
            number_value bigint NOT NULL,
            building text DEFAULT '' NOT NULL,
            unit text DEFAULT '' NOT NULL,
            room text DEFAULT '' NOT NULL,
            has_parts boolean NOT NULL,
            place geometry(Point, 4490) NOT NULL,
            CONSTRAINT address_pkey PRIMARY KEY (address_id),
            CONSTRAINT address_code_key UNIQUE (code),
            CONSTRAINT address_street_id_number_building_unit_room_key
                UNIQUE (street_id, number, building, unit, room),
            CONSTRAINT address_has_number_check CHECK (number <> ''),
            CONSTRAINT address_street_id_fkey
                FOREIGN KEY (street_id) REFERENCES street (street_id))"""
    )
    op.execute(
        "CREATE INDEX address_street_id_number_value_idx ON address (street_id, number_value)"
    )
    op.execute(
        "CREATE INDEX address_place_idx ON address USING gist (place) "
        "WHERE building = '' AND unit = '' AND room = ''"
    )
    op.execute(
        """CREATE TABLE division_alias (
            alias text NOT NULL,
            division_code text NOT NULL,
            CONSTRAINT division_alias_pkey PRIMARY KEY (alias, division_code),
            CONSTRAINT division_alias_division_code_fkey
                FOREIGN KEY (division_code) REFERENCES division (code))"""
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO gridsvc_app")
    op.execute(
        "GRANT USAGE ON SEQUENCE street_street_id_seq, address_address_id_seq TO gridsvc_app"
    )
    # The names of all of them are kept in memory under one stamp; houses are not.
    op.execute("INSERT INTO change_stamp VALUES ('addresses', 1)")
    for table in ("street", "division_alias", "division"):
        op.execute(
            f"CREATE TRIGGER {table}_names_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION stamp_change('addresses')"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER division_names_stamped ON division")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM change_stamp WHERE kind = 'addresses'")

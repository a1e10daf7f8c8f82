"""What if: a community with other members, roofs, batteries and tariffs, under other weather."""

"""Characters that a name may have, for made-up texts: anything that is seen, and the joiners."""

from hypothesis import strategies as st

VISIBLE = st.characters(
    exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"],
    include_characters="\u200c\u200d",
    exclude_characters="\u034f\u115f\u1160\u3164\uffa0",
)

"""The referral, its life cycle, the wall."""

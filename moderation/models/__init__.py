"""What is reported, what staff decided about it, and the log of all of it.

- `cases`: reports, gathered in cases with their evidence
- `decisions`: what staff did, sanctions that hold, appeals
- `audit`: the append-only log
- `live`: what is on air, as staff list it
"""

from moderation.models.audit import AuditEntry, AuditSeal
from moderation.models.cases import Case, CaseNote, Category, Evidence, EvidenceAccess, Report, SubjectKind
from moderation.models.decisions import Act, Appeal, Decision, Sanction
from moderation.models.live import OnAirSpace

__all__ = [
    "Act",
    "Appeal",
    "AuditEntry",
    "AuditSeal",
    "Case",
    "CaseNote",
    "Category",
    "Decision",
    "Evidence",
    "EvidenceAccess",
    "OnAirSpace",
    "Report",
    "Sanction",
    "SubjectKind",
]

"""Every table says what becomes of it when somebody leaves: whoever adds one, or a column that tells of people, has to."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models

from accounts.models import User
from own_data.registry import REGISTRY, Declared

# What is one of a few words of ours says nothing about anybody.
WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)


def tables() -> Iterator[tuple[type[models.Model], Declared]]:
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy:
            yield model, REGISTRY[model._meta.label]


def test_every_table_is_declared_and_nothing_else():
    found = {one._meta.label for one in apps.get_models(include_auto_created=True) if not one._meta.proxy}
    assert set(REGISTRY) == found


def test_every_reference_to_a_person_is_declared():
    for model, declared in tables():
        refers = {one.name for one in _columns(model) if one.related_model is User}
        said = {*declared.gone, *declared.forgets, *declared.keeps}
        assert said == refers, model._meta.label
        assert not any(isinstance(one, GenericForeignKey) for one in model._meta.private_fields), model
        for name in declared.forgets:
            assert model._meta.get_field(name).null, (model, name)


def test_what_goes_with_another_row_does_so():
    for model, declared in tables():
        if declared.goes_with:
            parent = model._meta.get_field(declared.goes_with)
            assert parent.remote_field.on_delete is models.CASCADE, model
            of_parent = REGISTRY[parent.related_model._meta.label]
            goes = of_parent.gone or of_parent.goes_with or parent.related_model._meta.label == "rooms.Space"
            assert goes, model


def test_every_column_that_can_hold_words_is_declared():
    """Of a table that is not deleted whole with the person."""
    for model, declared in tables():
        goes_whole = (declared.gone or declared.goes_with) and not declared.says
        if goes_whole:
            continue
        open_to_all = {one.name for one in _columns(model) if _can_tell(one)}
        said = {*declared.empties, *declared.says}
        assert open_to_all <= said, (model._meta.label, open_to_all - said)
        assert declared.why, model._meta.label


def test_what_is_declared_exists():
    for model, declared in tables():
        for name in (*declared.says, *declared.empties, *(declared.takes.without if declared.takes else ())):
            model._meta.get_field(name)
        for lookup in (*declared.by, *(declared.takes.by if declared.takes else ())):
            model._base_manager.filter(**{lookup: 1}).query  # noqa: B018  raises for what leads nowhere
        assert bool(declared.by) >= bool(declared.empties), model


def test_whatever_is_a_persons_is_in_their_file_or_internal():
    """What is deleted with somebody was theirs: they can take it along, unless it is how we keep other rows together."""
    internal = {
        "accounts.User_groups",
        "accounts.User_user_permissions",
        "social.Conversation",
        "social.ConversationSide",
        "social.Fanout",
    }
    assert {label for label, one in REGISTRY.items() if one.gone and one.takes is None} == internal


def _columns(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def _can_tell(column: Any) -> bool:
    if column.is_relation or column.primary_key or getattr(column, "choices", None):
        return False
    # A number may be that of a person, or of something of theirs.
    if isinstance(column, models.UUIDField | models.IntegerField):
        return column.name.endswith("_id")
    return isinstance(column, WORDS)
